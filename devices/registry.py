"""Finds the device kinds by looking into the folder `devices/kinds/`."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

import devices.kinds
from devices.schema import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """Return every kind by name, sorted.

    Raises:
        ValueError: A file defines no `KIND`, or one that is not named like the file.
    """
    found = {}
    for module in sorted(iter_modules(devices.kinds.__path__), key=lambda module: module.name):
        kind = getattr(import_module(f"devices.kinds.{module.name}"), "KIND", None)
        if not isinstance(kind, Kind) or kind.name != module.name:
            raise ValueError(f"devices/kinds/{module.name}.py: want KIND named {module.name!r}")
        found[kind.name] = kind
    return MappingProxyType(found)


def kind_named(name: str) -> Kind:
    """Return one kind.

    Raises:
        LookupError: There is none; the message names the nearest and lists all.
    """
    try:
        return kinds()[name]
    except KeyError:
        near = get_close_matches(name, kinds(), n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise LookupError(f"no kind {name!r}: {hint}kinds: {', '.join(kinds())}") from None

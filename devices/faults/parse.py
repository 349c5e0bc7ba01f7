"""Faults as people write them: on the command line, and in YAML.

On the command line: `garbage=10%,late=1%:2h,reconnect-storm=2/min`. In YAML, a list of
`{fault: late, share: 1%, by: 2h}`, or a mapping of `late: {share: 1%, by: 2h}` or `late: 1%`. Keys
are the attributes of `devices.faults.catalog`; a duration is written with its unit and its key
without.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec
import yaml

from devices.errors import FaultInvalid
from devices.faults.catalog import CATALOG, AnyFault
from devices.faults.plan import FaultPlan
from devices.fleets.values import DURATION, DURATION_FORM, UNIT_S, among

NUMBER = re.compile(r"\d+(?:\.\d*)?(?:e-?\d+)?")
SECONDS = "_s"

Value: TypeAlias = str | int | float
Given: TypeAlias = Mapping[str, object]


def parse_faults(text: str) -> FaultPlan:
    """Read what `--faults` was given: faults, or the path of a YAML file (`.yaml`, `.yml`).

    Raises:
        FaultInvalid: Something of it is wrong; the message names fault, key and fix.
    """
    if text.endswith((".yaml", ".yml")):
        return _of_file(Path(text))
    return FaultPlan(tuple(_of_words(part.strip()) for part in text.split(",") if part.strip()))


def fault_plan_of(given: object) -> FaultPlan:
    """Make a plan of what a YAML file holds: a list of faults, or a mapping by name.

    Raises:
        FaultInvalid: Something of it is wrong; the message names fault, key and fix.
    """
    match given:
        case None:
            return FaultPlan()
        case Mapping():
            entries: Iterable[object] = [_named(name, value) for name, value in given.items()]
        case Sequence() if not isinstance(given, str):
            entries = given
        case _:
            raise FaultInvalid(
                f"faults: want a list such as [{{fault: garbage, share: 10%}}], got {given!r}"
            )
    return FaultPlan(tuple(_of_entry(entry) for entry in entries))


def _of_file(path: Path) -> FaultPlan:
    try:
        held = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FaultInvalid(f"--faults {path}: cannot be read: {error}") from error
    try:
        return fault_plan_of(held.get("faults", held) if isinstance(held, dict) else held)
    except FaultInvalid as error:
        raise FaultInvalid(f"{path}: {error}") from error


def _named(name: object, value: object) -> object:
    """Return a fault of a mapping as one of a list."""
    if isinstance(value, Mapping):
        return {"fault": name, **value}
    kind = _kind(name)
    return {"fault": name, kind.rate_key: value}


def _of_words(text: str) -> AnyFault:
    """Read `late=1%:2h` or `late=1%:by=2h`."""
    name, _, rest = text.partition("=")
    kind = _kind(name)
    rate, *others = rest.split(":")
    if not rate:
        example = "2/min" if kind.rate_key == "per_minute" else "1%"
        raise FaultInvalid(f"faults: {name}: how often? want {name}={example}")
    given: dict[str, object] = {"fault": name, kind.rate_key: rate}
    main = [*map(_written, kind.parameters())]
    for other in others:
        key, equals, value = other.partition("=")
        if equals:
            given[key] = value
        elif main:
            given[main[0]] = other
        else:
            raise FaultInvalid(f"faults: {name}: it has no parameter, got {other!r}; leave it out")
    return _of_entry(given)


def _of_entry(entry: object) -> AnyFault:
    if not isinstance(entry, Mapping) or "fault" not in entry:
        raise FaultInvalid(f"faults: want {{fault: NAME, share: 1%}}, got {entry!r}")
    kind = _kind(entry["fault"])
    keys = {_written(key): key for key in (kind.rate_key, *kind.parameters())}
    values: dict[str, float] = {}
    for key, value in entry.items():
        if key == "fault":
            continue
        if key not in keys:
            raise FaultInvalid(f"faults: {kind.name()}: no key {key!r}: {among(str(key), keys)}")
        values[keys[key]] = _number(kind, keys[key], value)
    if kind.rate_key not in values:
        raise FaultInvalid(f"faults: {kind.name()}: {kind.rate_key} is missing; how often?")
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise FaultInvalid(f"faults: {kind.name()}: {error}") from error


def _kind(name: object) -> type[AnyFault]:
    kind = CATALOG.get(str(name).replace("_", "-"))
    if kind is None:
        raise FaultInvalid(f"faults: there is no fault {name!r}: {among(str(name), CATALOG)}")
    return kind


def _written(key: str) -> str:
    """Return how people write a key: durations carry their unit themselves."""
    return key.removesuffix(SECONDS)


def _number(kind: type[AnyFault], key: str, value: object) -> float:
    where = f"faults: {kind.name()}: {_written(key)}"
    text = str(value).strip()
    if isinstance(value, bool):
        raise FaultInvalid(f"{where}: want a number, got {value!r}")
    if key.endswith(SECONDS):
        return _seconds(where, text)
    if key == "share" and text.endswith("%"):
        return _plain(where, text[:-1], "a share such as 1% or 0.01") / 100
    if key == "per_minute":
        return _plain(where, text.removesuffix("/min"), "a number a minute such as 2/min")
    return _plain(where, text, "a share such as 1% or 0.01" if key == "share" else "a number")


def _seconds(where: str, text: str) -> float:
    form = DURATION_FORM.fullmatch(text)
    if form is None:
        raise FaultInvalid(f"{where}: want {DURATION}, got {text!r}")
    return float(form[1]) * UNIT_S[form[2]]


def _plain(where: str, text: str, wanted: str) -> float:
    if not NUMBER.fullmatch(text):
        raise FaultInvalid(f"{where}: want {wanted}, got {text!r}")
    return float(text)

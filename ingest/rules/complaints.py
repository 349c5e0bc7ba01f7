"""Says what is wrong in a file of rules: file, line, rule, key, and what was expected."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from devices.fleets.values import among
from ingest.rules.yaml_lines import Lines, Path, line_of

SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value was read, for complaints about it.

    Attributes:
        name: Of the file.
        lines: Of the file.
        content: Of the file, to name the rule that a path leads into.
    """

    name: str
    lines: Lines
    content: object

    def at(self, path: Path) -> str:
        """Return file and line of a value."""
        return f"{self.name}:{line_of(path, self.lines)}" if self.lines else self.name

    def complaint(self, path: Path, problem: str) -> str:
        """Return a line that says where something is wrong, and what."""
        subject, keys = self._subject(path)
        parts = [self.at(path), subject, _dotted(keys), problem]
        return ": ".join(part for part in parts if part)

    def _subject(self, path: Path) -> tuple[str, Path]:
        """Return the rule or test that a path leads into, and the rest of the path."""
        if len(path) < 2 or not isinstance(path[1], int):
            return "", path
        entry = self.content
        for step in path[:2]:
            entry = entry[step]  # type: ignore[index]
        word = str(path[0]).removesuffix("s")
        name = entry.get("name", entry.get("rule")) if isinstance(entry, dict) else None
        return f"{word} {name!r}" if name else f"{word} {path[1] + 1}", path[2:]


def complaints(error: ValidationError, root: type[BaseModel], source: Source) -> Iterator[str]:
    """Yield a line for each mistake that validation found.

    Args:
        error: What pydantic found.
        root: The model of the whole file.
        source: The file.
    """
    for details in error.errors(include_url=False):
        path = details["loc"]
        yield source.complaint(path, _problem(details, root))


def _problem(details: ErrorDetails, root: type[BaseModel]) -> str:
    table, field = _declared(details["loc"], root)
    if details["type"] == "extra_forbidden":
        known = [info.alias or name for name, info in table.model_fields.items()]
        return f"no such key: {among(str(details['loc'][-1]), known)}"
    described = (field.description if field else None) or "a mapping"
    expected = described.partition(";")[0]  # what follows says what it is good for
    if details["type"] == "missing":
        return f"missing; want {expected}"
    return f"want {expected}, got {_shown(details['input'])}"


def _declared(path: Path, root: type[BaseModel]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Find the mapping and the key that a path leads to, as declared."""
    table, field = root, None
    inner: type[BaseModel] | None = root
    for step in path:
        if isinstance(step, int):
            field = None if inner else field
        elif inner:
            table = inner
            named = {info.alias or name: info for name, info in table.model_fields.items()}
            field = named.get(step)
            inner = _model(field.annotation) if field else None
    if inner and field is None:
        table = inner
    return table, field


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type expression
    """Return the mapping that a type is, or is a list of, if it is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {list, tuple, Union, UnionType}:
        found = [_model(argument) for argument in get_args(annotation)]
        return next((model for model in found if model), None)
    return None


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"

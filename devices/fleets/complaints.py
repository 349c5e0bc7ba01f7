"""Says what is wrong in a fleet file, in the words of the file and not of the reading library."""

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from devices.fleets.schema import FleetEntry
from devices.fleets.values import Complaint, among

SHOWN_CHARACTERS = 60


def complaints(error: ValidationError) -> Iterator[str]:
    """Yield a line per mistake: key path, what stands there, what is expected."""
    for details in error.errors(include_url=False):
        yield f"{_path(details['loc'])}: {_problem(details)}"


def _problem(details: ErrorDetails) -> str:
    table, field = _declared(details["loc"])
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, Complaint):
        return str(cause)
    if details["type"] == "extra_forbidden":
        return f"no such key: {among(str(details['loc'][-1]), table.model_fields)}"
    expected = field.description if field else "a table"
    if details["type"] == "missing":
        return f"missing; want {expected}"
    return f"want {expected}, got {_shown(details['input'])}"


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".") or "the file"


def _declared(location: tuple[int | str, ...]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Find the table and the key that a location points to, as declared."""
    table: type[BaseModel] = FleetEntry
    field: FieldInfo | None = None
    for step in location:
        if isinstance(step, int):
            inner = field and _element(field.annotation)
            if inner:
                table, field = inner, None
        elif step in table.model_fields:
            field = table.model_fields[step]
    return table, field


def _element(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type expression
    """Return the table that a list consists of, if it consists of tables."""
    for argument in get_args(annotation):
        if isinstance(argument, type) and issubclass(argument, BaseModel):
            return argument
    return None


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"

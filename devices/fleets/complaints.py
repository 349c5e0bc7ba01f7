"""Says what is wrong in a file that people write, in its words and not the reading library's.

The description of each key says what is expected there; complaints quote it.
"""

from collections.abc import Iterator
from datetime import date
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from devices.fleets.schema import FleetEntry
from devices.fleets.values import Complaint, among

SHOWN_CHARACTERS = 60

KeyPath = tuple[int | str, ...]
"""The keys and positions that lead to a value."""


def complaints(error: ValidationError) -> Iterator[str]:
    """Yield a line for each mistake in a fleet file: key path, what stands there, what should."""
    for path, problem in mistakes(error, FleetEntry, inner="a table"):
        yield f"{dotted(path) or 'the file'}: {problem}"


def mistakes(
    error: ValidationError, root: type[BaseModel], *, inner: str
) -> Iterator[tuple[KeyPath, str]]:
    """Yield where each mistake is, and what is wrong there and what was expected.

    Args:
        error: What pydantic found.
        root: The model of the whole file.
        inner: What the file's language calls keys with values: "a table", "a mapping".
    """
    for details in error.errors(include_url=False):
        yield details["loc"], _problem(details, root, inner)


def dotted(path: KeyPath) -> str:
    """Return a path as people write it: `sites[0].devices`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _problem(details: ErrorDetails, root: type[BaseModel], inner: str) -> str:
    model, field = _declared(details["loc"], root)
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, Complaint):
        return str(cause)
    if details["type"] == "extra_forbidden":
        known = [info.alias or name for name, info in model.model_fields.items()]
        return f"no such key: {among(str(details['loc'][-1]), known)}"
    described = (field.description if field else None) or inner
    expected = described.partition(";")[0]  # what follows says what it is good for
    if details["type"] == "missing":
        return f"missing; want {expected}"
    return f"want {expected}, got {_shown(details['input'])}"


def _declared(path: KeyPath, root: type[BaseModel]) -> tuple[type[BaseModel], FieldInfo | None]:
    """Find the model and the key that a path leads to, as declared."""
    model, field = root, None
    inside: type[BaseModel] | None = root
    for step in path:
        if isinstance(step, int):
            field = None if inside else field
        elif inside:
            model = inside
            named = {info.alias or name: info for name, info in model.model_fields.items()}
            field = named.get(step)
            inside = _model(field.annotation) if field else None
    if inside and field is None:
        model = inside
    return model, field


def _model(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - a type expression
    """Return the model that a type is, or is a list of, if it is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in {list, tuple, Union, UnionType}:
        found = [_model(argument) for argument in get_args(annotation)]
        return next((model for model in found if model), None)
    return None


def _shown(value: object) -> str:
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"

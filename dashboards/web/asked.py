"""What a browser may ask: ids, moments and values; anything else is refused here."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated

import msgspec

from dashboards.model.board import Board
from dashboards.model.variable import Variable
from dashboards.readers.base import Choices
from dashboards.readers.panels import View

LATEST_MS = 253_370_764_800_000  # the end of the year 9998, which every library can still say
MOST_VALUES = 1_000
WIDEST_PX = 4_000

VALUE = re.compile(r"[A-Za-z0-9 ._-]{1,100}")
"""Of a variable: nothing in it ever needs escaping, and it is quoted nevertheless."""

Moment = Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)]
Values = Annotated[list[str], msgspec.Meta(max_length=MOST_VALUES)]


class BadQuestion(Exception):
    """What was asked cannot be asked; the message says why."""


class Asked(msgspec.Struct, kw_only=True):
    """The body of a request for what a panel shows.

    Attributes:
        from_ms: First moment of the time range, Unix milliseconds.
        to_ms: The moment after its last.
        width_px: Width of the panel on the screen.
        variables: Chosen values by name; of one that allows several, an empty list means all.
    """

    from_ms: Moment
    to_ms: Moment
    width_px: Annotated[int, msgspec.Meta(ge=1, le=WIDEST_PX)] = 800
    variables: dict[str, Values] = {}


def view_of(board: Board, body: bytes) -> View:
    """Return how a person looks at a board.

    Raises:
        BadQuestion: It is no `Asked`, its range is empty, or its variables are not the board's.
    """
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except msgspec.DecodeError as error:
        raise BadQuestion(f"not understood: {error}") from error
    if asked.from_ms >= asked.to_ms:
        raise BadQuestion("the time range is empty: want from_ms < to_ms")
    return View(
        from_ms=asked.from_ms,
        to_ms=asked.to_ms,
        width_px=asked.width_px,
        choices=choices_of(board.variables, asked.variables),
    )


def choices_of(variables: Iterable[Variable], given: Mapping[str, list[str]]) -> Choices:
    """Return the checked values of all these variables.

    Raises:
        BadQuestion: One that wants exactly one value has none or several, or a value is none that
            there could be.
    """
    return {
        variable.name: _checked(variable, given.get(variable.name, [])) for variable in variables
    }


def _checked(variable: Variable, values: list[str]) -> tuple[str, ...]:
    if not variable.several and len(values) != 1:
        raise BadQuestion(f"{variable.label}: choose one")
    for value in values:
        if not VALUE.fullmatch(value):
            raise BadQuestion(f"{variable.label}: {value!r} cannot be; want letters, digits, ._-")
    return tuple(values)

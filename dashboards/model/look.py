"""How values look: units, limits, words for states, colours."""

from dataclasses import dataclass
from enum import StrEnum

from devices.schema import Severity


class Colour(StrEnum):
    """A palette that colour-blind people can tell apart (after Okabe and Ito)."""

    GREEN = "#009e73"
    BLUE = "#0072b2"
    SKY = "#56b4e9"
    ORANGE = "#e69f00"
    VERMILION = "#d55e00"
    PINK = "#cc79a7"
    YELLOW = "#f0e442"
    GREY = "#8c8c8c"
    SLATE = "#5c5c5c"


SERIES_COLOURS = (
    Colour.BLUE,
    Colour.ORANGE,
    Colour.GREEN,
    Colour.PINK,
    Colour.SKY,
    Colour.VERMILION,
    Colour.YELLOW,
    Colour.GREY,
)
SEVERITY_COLOURS = {
    Severity.INFO: Colour.SKY,
    Severity.WARNING: Colour.ORANGE,
    Severity.CRITICAL: Colour.VERMILION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A limit that a rule fires on, drawn as a line and colouring what is beyond it.

    Attributes:
        value: In the unit of what is shown.
        severity: Of the rule.
        below: Whether it is low values that are bad.
        reason: Whose limit it is.
    """

    value: float
    severity: Severity
    below: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a text or a number means: `OB` is shown as «on battery», in orange.

    Attributes:
        value: As it comes from the store; numbers as Python prints integers.
        text: As it is shown.
        colour: Of it.
    """

    value: str
    text: str
    colour: Colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a panel shows its values.

    Attributes:
        unit: Symbol as in `devices.units`, with `s`, `ms`, `%`, `B`, `/s` and empty besides.
        decimals: Shown after the point; None lets the reader choose.
        low: Least value of the axis, None for what the data asks.
        high: Greatest value of the axis.
        thresholds: Limits, in any order.
        words: Meanings of states; where states are counted, a column each, those of the columns,
            which are drawn in the words' colours.
        empty: Shown where the store has no row, and that is an answer: no alert is 0 alerts.
    """

    unit: str = ""
    decimals: int | None = None
    low: float | None = None
    high: float | None = None
    thresholds: tuple[Threshold, ...] = ()
    words: tuple[Word, ...] = ()
    empty: str = ""

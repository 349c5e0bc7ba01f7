"""Numbers with units, as people write them in scenarios and read them in reports."""

import re
from enum import Enum

from ingest.rules import durations
from ingest.text import MIB, readable_bytes
from snowgrid.loading.figures import duration

_SHARE = re.compile(r"([-+]?\d+(?:\.\d+)?) ?%")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(KiB|MiB|GiB)")
_SIZES = {"KiB": MIB / 1024, "MiB": MIB, "GiB": MIB * 1024}


class Unit(Enum):
    """What a number counts; the value says how it is written."""

    COUNT = "a number such as 0 or 30000"
    SECONDS = 'a duration such as "500ms", "10s" or "2m"'
    SHARE = 'a share such as "10%"'
    BYTES = 'a size such as "500 MiB"'


def quantity(value: object, unit: Unit) -> float:
    """Return what stands in a file as a number of its unit; a share of one is 1.

    Raises:
        ValueError: It is not of that unit; the message says what is wanted.
    """
    try:
        return _number(value, unit)
    except ValueError as error:
        raise ValueError(f"want {unit.value}, got {value!r}") from error


def readable(number: float, unit: Unit) -> str:
    """Return a number as people read it."""
    match unit:
        case Unit.SECONDS:
            return duration(number)
        case Unit.SHARE:
            return f"{number * 100:.4g}%"
        case Unit.BYTES:
            return readable_bytes(round(number))
        case Unit.COUNT:
            return f"{number:,.0f}" if number >= 100 else f"{number:.4g}"


def _number(value: object, unit: Unit) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("no number")  # noqa: TRY004 - one error for all that is wrong
    match unit:
        case Unit.SECONDS:
            return durations.seconds(str(value))
        case Unit.SHARE:
            return float(_matched(_SHARE, value)[1]) / 100
        case Unit.BYTES:
            found = _matched(_SIZE, value)
            return float(found[1]) * _SIZES[found[2]]
        case Unit.COUNT:
            if isinstance(value, str):
                raise ValueError("a word")  # noqa: TRY004 - one error for all that is wrong
            return float(value)


def _matched(pattern: re.Pattern[str], value: object) -> re.Match[str]:
    found = pattern.fullmatch(str(value))
    if found is None:
        raise ValueError("not of that form")
    return found

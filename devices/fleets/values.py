"""The values that may stand in a fleet file: names, places, durations, and how to say no to them.

The description of each key says what is expected there; complaints quote it.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from devices.schema import NAME

DURATION_FORM = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class Complaint(ValueError):
    """What is wrong with a value, in words of its own that say more than the key's description."""


def among(word: str, known: Iterable[str]) -> str:
    """Return a hint at what was probably meant, and what there is; for the end of a sentence."""
    names = list(known)
    near = get_close_matches(word, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"{hint}there is {', '.join(names) or 'none'}"


def numbered(prefix: str, count: int) -> tuple[str, ...]:
    """Return `count` names that sort as they count: `home-01` … `home-60`."""
    template = f"{prefix}-%0{len(str(count))}d"
    return tuple(map(template.__mod__, range(1, count + 1)))


def _topic_level(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError("not a name")
    return text


def _all_different(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError("a name stands twice")
    return names


def _listed(value: object) -> object:
    """Turn the short forms of `gateways` into the list that they stand for."""
    match value:
        case list():
            return tuple(value)
        case int(count) if count > 0 and not isinstance(value, bool):
            return numbered("gateway", count)
        case {"prefix": str(prefix), "count": int(count), **rest} if count > 0 and not rest:
            return numbered(prefix, count)
    return value


def _seconds(value: object) -> object:
    """Turn a duration, `"90s"` or `"2h"`, into the seconds that it stands for."""
    match = DURATION_FORM.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("not a duration")
    return float(match[1]) * UNIT_S[match[2]]


def _from_to(value: object) -> object:
    """Turn the short form of a range into the pair that it stands for."""
    return tuple(value) if isinstance(value, list) else (value, value)


Name: TypeAlias = Annotated[str, AfterValidator(_topic_level)]
Names: TypeAlias = Annotated[
    tuple[Name, ...],
    Field(min_length=1),
    BeforeValidator(_listed),
    AfterValidator(_all_different),
]
Metres: TypeAlias = Annotated[float, Field(ge=-500, le=9_000)]
MetresFromTo: TypeAlias = Annotated[tuple[Metres, Metres], BeforeValidator(_from_to)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]

Duration: TypeAlias = Annotated[float, BeforeValidator(_seconds)]

A_NAME = "a name of a-z, 0-9, - and _, at most 64 characters"
METRES = "metres above sea level, -500 … 9000"
DURATION = 'a duration such as "90s", "10m", "2h" or "1d"'
SHARE = "a number from 0 (sheltered) to 1 (ridge)"


class Entry(BaseModel):
    """Base of the tables: frozen, nothing converted, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

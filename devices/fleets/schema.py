"""What may stand in a fleet file.

The description of each key says what is expected there; complaints quote it.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from devices.registry import kind_named
from devices.schema import NAME, Kind

MAX_DEVICES = 1_000_000


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
    width = len(str(count))
    return tuple(f"{prefix}-{number:0{width}}" for number in range(1, count + 1))


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

A_NAME = "a name of a-z, 0-9, - and _, at most 64 characters"
METRES = "metres above sea level, -500 … 9000"
SHARE = "a number from 0 (sheltered) to 1 (ridge)"


class Entry(BaseModel):
    """Base of the tables: frozen, nothing converted, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DevicesEntry(Entry):
    """`[[sites.devices]]`: some devices of one kind."""

    kind: str = Field(description="a device kind; `snowgrid kinds` lists them")
    count: int = Field(
        default=1, ge=1, le=MAX_DEVICES, description=f"a whole number, 1 … {MAX_DEVICES}"
    )
    prefix: Name | None = Field(
        default=None, description=f"{A_NAME}, that the names of the devices begin with"
    )
    interval_s: float | None = Field(
        default=None, ge=0.1, le=86_400, description="seconds between reports, 0.1 … 86400"
    )
    elevation_m: MetresFromTo | None = Field(
        default=None, description=f"{METRES}, or [from, to] for devices along a slope"
    )
    exposure: Share | None = Field(default=None, description=SHARE)
    gateways: Names | None = Field(
        default=None, description="a list of some of the site's gateways, each once"
    )
    options: dict[str, float] = Field(
        default_factory=dict, description="a table of numbers for the kind's model"
    )

    @field_validator("kind")
    @classmethod
    def _kind_exists(cls, name: str) -> str:
        try:
            return kind_named(name).name
        except LookupError as error:
            raise Complaint(str(error)) from error

    @field_validator("options")
    @classmethod
    def _options_suit_the_kind(
        cls, given: dict[str, float], info: ValidationInfo
    ) -> dict[str, float]:
        if "kind" in info.data:  # absent when it was wrong itself
            _check_options(kind_named(info.data["kind"]), given)
        return given


class SiteEntry(Entry):
    """`[[sites]]`: a place with its gateways and devices."""

    name: Name = Field(description=A_NAME)
    title: str = Field(description="a text, what a person calls the site")
    elevation_m: Metres = Field(description=METRES)
    latitude_deg: float = Field(ge=-90, le=90, description="degrees north, -90 … 90")
    longitude_deg: float = Field(ge=-180, le=180, description="degrees east, -180 … 180")
    exposure: Share = Field(default=0.3, description=SHARE)
    gateways: Names = Field(
        default=("gateway-1",),
        description="how many gateways, or {prefix, count}, or a list of different names",
    )
    devices: list[DevicesEntry] = Field(
        default_factory=list, description="tables [[sites.devices]]"
    )


class FleetEntry(Entry):
    """A whole fleet file."""

    name: Name = Field(description=A_NAME)
    title: str = Field(description="a text, what a person calls the fleet")
    include: list[str] = Field(
        default_factory=list, description="a list of fleet files, relative to this one"
    )
    sites: list[SiteEntry] = Field(default_factory=list, description="tables [[sites]]")


def _check_options(kind: Kind, given: Mapping[str, float]) -> None:
    for name, value in given.items():
        option = kind.options.get(name)
        if option is None:
            raise Complaint(f"{kind.name} has no option {name!r}: {among(name, kind.options)}")
        if not option.hard[0] <= value <= option.hard[1]:
            raise Complaint(f"{name} = {value:g} is out of range: {option}")

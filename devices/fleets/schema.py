"""What may stand in a fleet file, table by table.

The description of each key says what is expected there; complaints quote it.
"""

from collections.abc import Mapping

from pydantic import Field, ValidationInfo, field_validator

from devices.fleets.event_entry import EventEntry
from devices.fleets.values import (
    A_NAME,
    METRES,
    SHARE,
    Complaint,
    Entry,
    Metres,
    MetresFromTo,
    Name,
    Names,
    Share,
    among,
)
from devices.registry import kind_named
from devices.schema import Kind

MAX_DEVICES = 1_000_000


class DevicesEntry(Entry):
    """`[[sites.devices]]`: some devices of one kind."""

    kind: str = Field(description="a device kind (`snowgrid kinds` lists them)")
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
    events: list[EventEntry] = Field(default_factory=list, description="tables [[events]]")


def _check_options(kind: Kind, given: Mapping[str, float]) -> None:
    for name, value in given.items():
        option = kind.options.get(name)
        if option is None:
            raise Complaint(f"{kind.name} has no option {name!r}: {among(name, kind.options)}")
        if not option.hard[0] <= value <= option.hard[1]:
            raise Complaint(f"{name} = {value:g} is out of range: {option}")

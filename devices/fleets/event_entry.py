"""`[[events]]` in a fleet file: what happens besides what the seed draws."""

from datetime import timedelta
from typing import Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from devices.environment.events import EventKind
from devices.fleets.fleet import PlannedEvent
from devices.fleets.values import (
    A_NAME,
    DURATION,
    Complaint,
    Duration,
    Entry,
    Name,
    Share,
    among,
)

YEAR_S = 366 * 86_400.0
KINDS = tuple(kind.value for kind in EventKind)

# The keys that mean something for some kinds only.
SUITING = {
    "sites": {EventKind.OUTAGE, EventKind.COOLING_FAILURE},
    "strength": {EventKind.COLD_FRONT, EventKind.HEAT_WAVE},
    "place": {EventKind.COOLING_FAILURE},
}


class EventEntry(Entry):
    """`[[events]]`: something that happens at a time, or some time after the start."""

    kind: EventKind = Field(description=f"one of {', '.join(KINDS)}", strict=False)
    start: AwareDatetime | None = Field(
        default=None, description="a time with its zone, such as 2026-01-15T19:00:00+08:00"
    )
    after: Duration | None = Field(
        default=None,
        ge=0,
        le=YEAR_S,
        description=f"{DURATION}, counted from the start of the simulation",
    )
    duration: Duration = Field(gt=0, le=YEAR_S, description=f"{DURATION}, at most a year")
    sites: list[Name] | None = Field(
        default=None, min_length=1, description=f"a list of sites, each {A_NAME}"
    )
    strength: float = Field(
        default=1.0, gt=0, le=2, description="a number above 0, at most 2; 1 is an ordinary one"
    )
    place: Share = Field(
        default=0.5, description="a number from 0 (one end of the hall) to 1 (the other)"
    )

    @field_validator("kind", mode="before")
    @classmethod
    def _kind_exists(cls, kind: object) -> object:
        if isinstance(kind, str) and kind not in KINDS:
            raise Complaint(f"no kind of event {kind!r}: {among(kind, KINDS)}")
        return kind

    @model_validator(mode="after")
    def _has_one_beginning(self) -> Self:
        if (self.start is None) == (self.after is None):
            raise Complaint("want either start or after, and not both")
        return self

    @model_validator(mode="after")
    def _says_what_suits_its_kind(self) -> Self:
        for key, kinds in SUITING.items():
            if key in self.model_fields_set and self.kind not in kinds:
                raise Complaint(f"{self.kind.value} takes no {key}; remove it")
        return self

    def planned(self, sites: tuple[str, ...]) -> PlannedEvent:
        """Return the event as a value, at `sites` where it names none itself."""
        return PlannedEvent(
            kind=self.kind,
            begin=self.start or timedelta(seconds=self.after or 0.0),
            duration_s=self.duration,
            sites=tuple(self.sites or sites) if self.kind in SUITING["sites"] else (),
            strength=self.strength,
            place=self.place,
        )

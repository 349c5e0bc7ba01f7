"""What a fleet file, or a person, makes happen on top of what the seed draws."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class EventKind(StrEnum):
    """What can be made to happen."""

    COLD_FRONT = "cold-front"
    HEAT_WAVE = "heat-wave"
    OUTAGE = "outage"
    COOLING_FAILURE = "cooling-failure"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at some sites, for some time.

    Attributes:
        kind: What.
        start: Aware time at which it begins.
        duration_s: How long it lasts, more than 0; what it leaves behind may last longer.
        sites: Names of the sites; empty for all of them. Weather and holidays have no sites.
        strength: 1 is an ordinary one; scales a front's chill and a heat wave's warmth.
        place: Where in a hall a cooling unit fails, 0 at one end … 1 at the other.
    """

    kind: EventKind
    start: datetime
    duration_s: float
    sites: tuple[str, ...] = ()
    strength: float = 1.0
    place: float = 0.5

    @property
    def end(self) -> datetime:
        """When it is over."""
        return self.start + timedelta(seconds=self.duration_s)


def of_kind(events: Iterable[Event], kind: EventKind, site: str = "") -> tuple[Event, ...]:
    """Return the events of one kind that concern a site, by their start.

    Args:
        events: All events.
        kind: Which to take.
        site: Only what happens there; an empty name takes all.
    """
    chosen = (
        event
        for event in events
        if event.kind is kind and (not site or not event.sites or site in event.sites)
    )
    return tuple(sorted(chosen, key=lambda event: event.start))

"""What happens to a data hall on an afternoon that the seed leaves alone."""

from datetime import datetime, timedelta

from devices.environment.events import Event, EventKind
from tests.devices.places import moment

NOON = moment("2026-01-13 12:00")
QUIET_S = 600


def outage(duration_s: float) -> Event:
    """The mains go `QUIET_S` after noon."""
    return _event(EventKind.OUTAGE, duration_s)


def cooling_failure(duration_s: float, place: float = 0.5) -> Event:
    """A cooling unit fails `QUIET_S` after noon."""
    return _event(EventKind.COOLING_FAILURE, duration_s, place)


def from_noon(*, every_s: float, until_s: float) -> list[datetime]:
    """Moments from noon until so long after the event has begun."""
    count = int((QUIET_S + until_s) / every_s) + 1
    return [NOON + timedelta(seconds=every_s * number) for number in range(count)]


def step_at(after_s: float, *, every_s: float) -> int:
    """Index of the moment so long after the event has begun; negative for before."""
    return round((QUIET_S + after_s) / every_s)


def _event(kind: EventKind, duration_s: float, place: float = 0.5) -> Event:
    start = NOON + timedelta(seconds=QUIET_S)
    return Event(kind=kind, start=start, duration_s=duration_s, place=place)

"""Events that tests make happen."""

from devices.environment.events import Event, EventKind
from tests.devices.places import moment


def event(
    kind: str,
    start: str,
    *,
    hours: float,
    sites: tuple[str, ...] = (),
    strength: float = 1.0,
    place: float = 0.5,
) -> Event:
    """Something that happens from a local time, `"2026-01-15 19:00"`, on."""
    return Event(
        kind=EventKind(kind),
        start=moment(start),
        duration_s=hours * 3600.0,
        sites=sites,
        strength=strength,
        place=place,
    )

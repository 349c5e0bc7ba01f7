"""How long the mains have been back."""

import math
from datetime import timedelta

from devices.environment.events import Event, EventKind
from devices.environment.region import Region
from devices.physics.supply import supplied_for_s
from tests.devices.places import LANGFANG, moment


def test_the_time_counts_from_the_end_of_the_outage():
    start = moment("2026-06-10 12:00")
    outage = Event(kind=EventKind.OUTAGE, start=start, duration_s=600)
    grid = Region(1, [outage]).at(LANGFANG).grid
    after_s = [-1.0, 0.0, 599.0, 600.0, 690.0]
    seconds = [supplied_for_s(grid, start + timedelta(seconds=each)) for each in after_s]
    assert seconds == [math.inf, -600.0, -1.0, 0.0, 90.0]

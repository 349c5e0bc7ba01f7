"""The region as a whole: pure in time, and equal for all who ask."""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pytest

from devices.environment.region import Region
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, LANGFANG, moments

EVENTS = [
    event("cold-front", "2026-01-14 06:00", hours=36),
    event("outage", "2026-01-14 13:00", hours=1, sites=("langfang",)),
    event("cooling-failure", "2026-01-14 09:00", hours=2),
    event("holiday", "2026-01-15 00:00", hours=24),
]
PLACES = np.array([0.1, 0.5, 0.9])
TIMES = moments("2026-01-14 00:00", every_s=1237, count=120)


def answers(region: Region, times: Iterable[datetime]) -> dict[datetime, list[float]]:
    """All that devices can ask of two sites, by time."""
    return {now: [*_of_site(region, now), *_of_site(region, now, CHONGLI)] for now in times}


def _of_site(region: Region, now: datetime, site=LANGFANG) -> list[float]:
    environment = region.at(site)
    grid, hall, crowd = environment.grid, environment.hall, environment.crowd
    return [
        grid.frequency_hz(now),
        grid.voltage_v(now),
        grid.load_ratio(now),
        float(grid.mains_on(now)),
        *environment.calendar.shares(now).values(),
        crowd.guests_ratio(now),
        crowd.present_ratio(now),
        hall.pue_ratio(now),
        hall.work_ratio(now),
        hall.dew_point_c(now),
        *hall.supply_temperature_c(now, PLACES),
        *hall.cooling_works(now, PLACES).astype(float),
        environment.weather.sky(now).solar_radiation_wm2,
    ]


def test_any_order_of_asking_gives_the_same_answers():
    forward = answers(Region(7, EVENTS), TIMES)
    shuffled = [TIMES[place] for place in np.random.default_rng(1).permutation(len(TIMES))]
    assert answers(Region(7, EVENTS), shuffled) == forward
    assert answers(Region(7, EVENTS), TIMES[::-1]) == forward


def test_who_asks_more_often_hears_the_same():
    often = moments("2026-01-14 00:00", every_s=1237 / 4, count=480)
    heard = answers(Region(7, EVENTS), often)
    assert {now: heard[now] for now in TIMES} == answers(Region(7, EVENTS), TIMES)


@pytest.mark.parametrize("number", range(len(EVENTS)))
def test_each_event_changes_something_and_nothing_before_it_begins(number):
    made = EVENTS[number]
    with_it, without = (answers(Region(7, events), TIMES) for events in ([made], []))
    early = [now for now in TIMES if (now - made.start).total_seconds() < -1800]
    assert all(with_it[now] == without[now] for now in early)
    assert with_it != without


def test_a_site_has_one_environment():
    region = Region(7)
    assert region.at(LANGFANG) is region.at(LANGFANG)
    assert region.at(LANGFANG) is not region.at(CHONGLI)

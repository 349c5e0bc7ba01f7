"""A hall's room: warms without mains and around a failed unit, moist in its band, busy by day."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from devices.environment.cooling_failures import CoolingFailures
from devices.environment.hall import Hall
from devices.environment.region import Region
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, LANGFANG, moment, moments

ROW = (np.arange(20) + 0.5) / 20
QUIET = 3  # a seed without drawn failures in the days below
FAILING = event("cooling-failure", "2026-01-15 10:00", hours=2, place=0.28)


def hall(*events) -> Hall:
    return Region(QUIET, events).at(LANGFANG).hall


def warming_k(minutes: float, *, places=ROW):
    """What the failure adds, some minutes after its start."""
    now = moment("2026-01-15 10:00") + timedelta(minutes=minutes)
    return hall(FAILING).supply_temperature_c(now, places) - hall().supply_temperature_c(
        now, places
    )


def test_a_hall_warms_while_its_mains_are_out_and_recovers():
    dark = hall(event("outage", "2026-01-15 10:00", hours=1))
    supply_c = [
        dark.supply_temperature_c(moment(when), ROW)[0]
        for when in ("2026-01-15 09:59", "2026-01-15 11:00", "2026-01-15 14:00")
    ]
    assert 19 < supply_c[0] < 23
    assert supply_c[1] > supply_c[0] + 8
    assert abs(supply_c[2] - supply_c[0]) < 3


def test_cooling_restarts_late_after_an_outage_and_not_everywhere_alike():
    back = moment("2026-01-15 11:00")
    lags_s = []
    for site in (LANGFANG, CHONGLI):
        region = Region(QUIET, [event("outage", "2026-01-15 10:00", hours=1)])
        works = [
            bool(region.at(site).hall.cooling_works(back + timedelta(seconds=second), ROW).all())
            for second in range(181)
        ]
        assert not any(works[:30])
        lags_s.append(works.index(True))
    assert lags_s[0] != lags_s[1]


@pytest.mark.parametrize("count", [1, 2, 7, 20])
def test_a_failure_stops_exactly_the_nearest_unit_while_it_lasts(count):
    places = (np.arange(count) + 0.5) / count
    works = hall(FAILING).cooling_works(moment("2026-01-15 11:00"), places)
    assert (~works).sum() == 1
    assert abs(places[np.flatnonzero(~works)[0]] - FAILING.place) <= 0.5 / count
    for when in ("2026-01-15 09:59", "2026-01-15 12:00"):
        assert hall(FAILING).cooling_works(moment(when), places).all()


def test_a_failure_heats_near_places_more_and_sooner_than_far_ones():
    near, middle, far = np.array([0.28]), np.array([0.5]), np.array([0.95])
    for minutes in (2, 5, 10, 30, 120):
        assert warming_k(minutes, places=near) > warming_k(minutes, places=middle)
        assert warming_k(minutes, places=middle) >= warming_k(minutes, places=far)
    assert warming_k(2, places=middle) == 0.0
    assert warming_k(10, places=middle) > 0.5


def test_the_air_at_a_failed_unit_warms_at_the_rate_of_full_racks_and_levels_off():
    by_minute = [float(warming_k(minutes).max()) for minutes in range(120)]
    assert 0.5 < by_minute[3] / 3 < 2.0
    assert by_minute[60] == pytest.approx(by_minute[110], abs=0.3)
    assert 7 < by_minute[110] < 10


def test_a_failure_is_felt_in_a_hall_that_an_outage_has_left_warm_and_never_twice_over():
    outage = event("outage", "2026-01-15 09:00", hours=0.5)
    long_outage = event("outage", "2026-01-15 09:00", hours=2.5)
    now, there = moment("2026-01-15 10:15"), np.array([FAILING.place])
    warm, warmer = (
        hall(*events).supply_temperature_c(now, there) for events in ((outage,), (outage, FAILING))
    )
    assert warmer > warm + 4
    assert hall(long_outage, FAILING).supply_temperature_c(now, there) < 21 + 16 + 2


def test_the_air_is_cool_again_some_hours_after_the_repair():
    assert warming_k(120).max() > 7
    assert 0.5 < warming_k(120 + 30).max() < 4
    assert warming_k(120 + 240).max() < 0.01


def test_units_fail_by_themselves_every_few_months():
    failures = CoolingFailures(5, "langfang")
    times = moments("2026-01-01 00:00", every_s=1800, count=48 * 730)
    down = np.array([failures.failed(now, ROW).any() for now in times])
    began = (np.diff(down.astype(int)) == 1).sum()
    assert 4 <= began <= 9
    assert 1.0 < down.sum() / 2 / began < 8.0


def test_a_failure_is_the_same_in_any_order_of_asking():
    failures = CoolingFailures(5, "langfang", [FAILING])
    times = moments("2026-01-15 08:00", every_s=613, count=60)
    forward = [failures.warming_k(now, ROW) for now in times]
    backward = [failures.warming_k(now, ROW) for now in reversed(times)]
    assert np.array_equal(forward, backward[::-1])


def test_the_moisture_of_a_hall_stays_in_its_band():
    dew_c = [
        hall().dew_point_c(now) for now in moments("2026-01-01 00:00", every_s=7200 * 3, count=1460)
    ]
    assert 5.5 < min(dew_c) < max(dew_c) < 15


def test_servers_work_harder_in_office_hours_of_workdays_and_at_night_for_backups():
    def mean_work(day: str, hour: int) -> float:
        return float(
            np.mean(
                [
                    Region(s).at(LANGFANG).hall.work_ratio(moment(f"{day} {hour:02}:00"))
                    for s in range(30)
                ]
            )
        )

    assert mean_work("2026-01-14", 14) > mean_work("2026-01-17", 14) + 0.08
    assert mean_work("2026-01-14", 2) > mean_work("2026-01-14", 6) + 0.04


def test_the_pue_is_near_its_best_in_winter_and_higher_on_moist_summer_days():
    ratios = {}
    for month in (1, 7):
        times = moments(f"2026-{month:02}-01 00:00", every_s=3600, count=720)
        ratios[month] = np.array([hall().pue_ratio(now) for now in times])
        assert ratios[month].min() >= 1.03
    assert 1.10 < ratios[1].mean() < 1.16
    assert 1.25 < ratios[7].mean() < 1.40


def test_a_time_of_another_zone_is_the_same_moment():
    now = moment("2026-01-15 11:00")
    utc = datetime.fromtimestamp(now.timestamp(), UTC)
    assert (hall(FAILING).cooling_works(utc, ROW) == hall(FAILING).cooling_works(now, ROW)).all()

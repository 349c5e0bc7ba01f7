"""The grid: one frequency for all, voltage and outages of each site, and the hall behind it."""

from datetime import UTC, datetime, timedelta

import numpy as np

from devices.environment.grid import Grid, Outage
from devices.environment.region import Region
from tests.devices.places import CHONGLI, LANGFANG, moments

MIDDLE = np.array([0.5])


def outages(grid: Grid, *, days: int) -> list[Outage]:
    """Every outage of the days since 2026, found by looking once a day at its end."""
    ends = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day + 1) for day in range(days))
    found = (grid.last_outage(end - timedelta(microseconds=1)) for end in ends)
    return sorted({outage for outage in found if outage}, key=lambda outage: outage.start_s)


def test_all_sites_hear_the_same_frequency_at_the_same_moment():
    region = Region(3)
    times = moments("2026-01-01 00:00", every_s=37, count=2000)
    one, other = (
        [region.at(site).grid.frequency_hz(now) for now in times] for site in (LANGFANG, CHONGLI)
    )
    assert one == other
    assert 0.01 < np.std(one) < 0.03
    assert max(abs(np.array(one) - 50.0)) < 0.1


def test_voltage_stands_above_nominal_and_sags_in_the_evening():
    grid = Grid(1, "langfang")
    times = moments("2026-01-01 00:00", every_s=600, count=144 * 30)
    voltage_v = np.array([grid.voltage_v(now) for now in times])
    supplied = np.where(voltage_v > 0, voltage_v, np.nan).reshape(-1, 144)
    assert 223 < np.nanmin(supplied) < np.nanmax(supplied) < 234
    by_hour = np.nanmean(supplied, axis=0).reshape(24, 6).mean(axis=1)
    assert by_hour.argmin() in range(18, 22)


def test_a_year_has_the_outages_that_city_reliability_allows():
    all_outages = [outages(Grid(seed, "langfang"), days=365) for seed in range(20)]
    lengths_s = [outage.end_s - outage.start_s for year in all_outages for outage in year]
    assert 4 < len(lengths_s) / 20 < 8
    assert 0.9985 < 1 - sum(lengths_s) / (20 * 365 * 86_400) < 0.9995


def test_mains_and_voltage_are_gone_from_start_to_end_of_an_outage():
    grid = Grid(1, "langfang")
    outage = outages(grid, days=730)[0]
    for shift_s, on in ((-1.0, True), (0.0, False), (1.0, False)):
        now = datetime.fromtimestamp(outage.start_s + shift_s, UTC)
        assert grid.mains_on(now) is on
        assert (grid.voltage_v(now) > 200) is on
    assert grid.mains_on(datetime.fromtimestamp(outage.end_s, UTC))


def test_sites_have_outages_of_their_own():
    assert outages(Grid(1, "langfang"), days=730) != outages(Grid(1, "zhangbei"), days=730)


def test_a_hall_warms_while_its_mains_are_out_and_recovers():
    environment = Region(1).at(LANGFANG)
    outage = max(outages(environment.grid, days=730), key=lambda each: each.end_s - each.start_s)
    supply_c = [
        environment.hall.supply_temperature_c(datetime.fromtimestamp(time_s, UTC), MIDDLE)[0]
        for time_s in (outage.start_s - 60, outage.end_s, outage.end_s + 3 * 3600)
    ]
    assert 19 < supply_c[0] < 23
    assert supply_c[1] > supply_c[0] + 8
    assert abs(supply_c[2] - supply_c[0]) < 3


def test_the_moisture_of_a_hall_stays_in_its_band():
    hall = Region(1).at(LANGFANG).hall
    dew_c = [hall.dew_point_c(now) for now in moments("2026-01-01 00:00", every_s=7200, count=4380)]
    assert 5.5 < min(dew_c) < max(dew_c) < 15

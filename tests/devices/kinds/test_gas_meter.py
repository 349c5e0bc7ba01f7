"""Homes cook at meals, boilers follow the cold, and a battery outlasts the mains."""

import numpy as np
import pytest

from devices.arrays import Floats
from devices.environment.region import Region
from devices.kinds.gas_meter import KIND
from devices.schema import Limit
from tests.devices.kinds.runs import run, run_population
from tests.devices.places import CHONGLI, LANGFANG, moments, population

DAY = 24


def daily_m3(arrays: dict[str, Floats], days: float) -> float:
    """Mean of the homes, over whole days of the run."""
    volume_m3 = arrays["gas_volume_m3"]
    return float((volume_m3[-1] - volume_m3[0]).mean()) / days


def limit_of(field: str, **holds: float) -> Limit:
    return next(
        limit
        for limit in KIND.limits
        if limit.field == field
        and all(getattr(limit, name) == value for name, value in holds.items())
    )


def test_homes_without_a_boiler_burn_little_and_as_much_in_summer():
    winter, summer = (
        daily_m3(
            run(KIND, moments(start, every_s=3600, count=7 * DAY + 1), count=400, boiler_share=0.0),
            days=7,
        )
        for start in ("2026-01-12 00:00", "2026-07-13 00:00")
    )
    assert 0.2 < summer < 1.5
    assert 0.7 < winter / summer < 1.5


def test_a_boiler_burns_five_to_twenty_cubic_metres_on_a_winter_day_and_none_in_july():
    winter, summer = (
        run(KIND, moments(start, every_s=900, count=4 * DAY + 1), count=200, boiler_share=share)
        for start, share in (("2026-01-13 00:00", 1.0), ("2026-07-14 00:00", 1.0))
    )
    assert 5 < daily_m3(winter, days=1) < 20
    assert daily_m3(summer, days=1) < 1.5


def test_boilers_burn_more_the_colder_it_is():
    times = moments("2025-12-01 00:00", every_s=6 * 3600, count=4 * 80)
    homes = population(200, site=LANGFANG, boiler_share=1.0, leak_share=0.0)
    burnt = run_population(KIND, times, homes, LANGFANG)["gas_volume_m3"].mean(axis=1)
    weather = Region(1).at(LANGFANG).weather
    place = {"elevation_m": homes.elevation_m[:1], "exposure": homes.exposure[:1]}
    air_c = np.array([weather.air(now, **place).temperature_c[0] for now in times])
    by_day_m3 = burnt[4::4] - burnt[:-4:4]
    mean_c = air_c[: len(by_day_m3) * 4].reshape(-1, 4).mean(axis=1)
    assert np.corrcoef(by_day_m3, mean_c)[0, 1] < -0.8


def test_cooking_follows_the_meals_in_the_mean_and_comes_in_spells_in_one_home():
    times = moments("2026-06-09 00:00", every_s=300, count=12 * DAY)
    flow_m3h = run(KIND, times, count=600, boiler_share=0.0, leak_share=0.0)["gas_flow_m3h"]
    by_hour = flow_m3h.mean(axis=1).reshape(DAY, 12).mean(axis=1)
    assert by_hour[18:20].mean() > 2 * by_hour[14:16].mean() > 4 * by_hour[2:4].mean()
    assert by_hour[11:13].mean() > 2 * by_hour[14:16].mean()
    assert (flow_m3h == 0).mean() > 0.85
    steady = (flow_m3h[1:] > 0) & (flow_m3h[1:] == flow_m3h[:-1])
    assert steady.sum() > 0.5 * (flow_m3h > 0).sum()


def test_the_register_counts_what_flows_between_readings():
    times = moments("2026-01-13 18:00", every_s=1, count=900)
    arrays = run(KIND, times, count=300)
    grown_m3 = np.diff(arrays["gas_volume_m3"], axis=0).sum()
    assert grown_m3 == pytest.approx(arrays["gas_flow_m3h"][1:].sum() / 3600, rel=0.01)
    assert grown_m3 > 0


@pytest.mark.parametrize("leak_share", [0.0, 1.0])
def test_only_a_leak_flows_for_a_day_without_a_break(leak_share):
    times = moments("2026-01-13 00:00", every_s=900, count=4 * DAY)
    arrays = run(KIND, times, count=100, boiler_share=0.3, leak_share=leak_share)
    leak = limit_of("gas_flow_m3h", for_s=86_400)
    assert leak.above is not None
    for_ever = (arrays["gas_flow_m3h"] > leak.above).min(axis=0)
    opened = arrays["valve_state"].max(axis=0) == 0
    assert for_ever[opened].any() == bool(leak_share)


def test_nothing_flows_through_a_closed_valve():
    arrays = run(KIND, moments("2026-01-13 07:00", every_s=43_200, count=60), count=400)
    closed = arrays["valve_state"].astype(bool)
    assert 0.0005 < closed.mean() < 0.01
    assert (arrays["gas_flow_m3h"][closed] == 0).all()
    grown_m3 = np.diff(arrays["gas_volume_m3"], axis=0)
    assert (grown_m3[closed[1:]] == 0).all()


def test_few_cells_are_near_their_end_and_the_cold_costs_voltage():
    home, hills = (
        run(KIND, moments("2026-01-13 00:00", every_s=60, count=2), count=2000, site=site)
        for site in (LANGFANG, CHONGLI)
    )
    low = limit_of("battery_v").below
    assert low is not None
    assert (home["battery_v"] < low).mean() < 0.02
    assert hills["gas_temperature_c"].mean() < home["gas_temperature_c"].mean()
    assert hills["battery_v"].mean() < home["battery_v"].mean()

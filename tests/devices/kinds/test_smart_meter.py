"""Homes that switch, a neighbourhood that follows the profile, and meters that add up."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from devices.environment.calendar import Calendar
from devices.environment.outages import Outage
from devices.environment.region import Region
from devices.kinds.smart_meter import KIND
from devices.physics.load_shapes import load_ratio
from devices.readings import finish
from tests.devices.kinds.runs import run
from tests.devices.places import LANGFANG, moments, population

WINTER_EVENING = "2026-01-13 18:00"


def longest_outage(seed: int) -> Outage:
    grid = Region(seed).at(LANGFANG).grid
    ends = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(1, 1000))
    found = [grid.last_outage(end - timedelta(microseconds=1)) for end in ends]
    return max((each for each in found if each), key=lambda each: each.end_s - each.start_s)


def test_voltage_current_and_power_agree():
    arrays = run(KIND, moments(WINTER_EVENING, every_s=60, count=60), count=200)
    volts, amperes = arrays["voltage_l1_v"], arrays["current_l1_a"]
    active_w, reactive_var = arrays["active_power_w"], arrays["reactive_power_var"]
    connected = arrays["switch_state"] == 0
    assert np.allclose((volts * amperes * arrays["power_factor"])[connected], active_w[connected])
    assert np.allclose((volts * amperes) ** 2, active_w**2 + reactive_var**2)


def test_the_registers_integrate_the_power():
    times = moments("2026-06-10 10:00", every_s=60, count=180)
    arrays = run(KIND, times, count=200, pv_share=1.0)
    power_w = arrays["active_power_w"]
    for register, flow_w in (
        ("energy_import_kwh", np.maximum(power_w, 0)),
        ("energy_export_kwh", np.maximum(-power_w, 0)),
    ):
        grown = np.diff(arrays[register], axis=0)
        assert np.allclose(grown, flow_w[1:] * 60 / 3.6e6)
        assert grown.sum() > 0


def test_one_home_jumps_where_the_mean_of_hundreds_is_smooth():
    arrays = run(KIND, moments(WINTER_EVENING, every_s=60, count=120), count=655, pv_share=0.0)
    power_w = arrays["active_power_w"]
    one_jumps_w = np.abs(np.diff(power_w, axis=0)).max(axis=0)
    assert np.median(one_jumps_w) > 1000
    assert np.abs(np.diff(power_w.mean(axis=1))).max() < 100


def test_the_neighbourhood_peaks_in_the_evening_and_rests_before_dawn():
    times = moments("2026-01-12 00:00", every_s=900, count=96 * 5)
    power_w = run(KIND, times, count=655, pv_share=0.0)["active_power_w"]
    by_hour = power_w.mean(axis=1).reshape(5, 24, 4).mean(axis=(0, 2))
    assert by_hour.argmax() in range(19, 23)
    assert by_hour.argmin() in range(1, 6)
    assert 2.5 < by_hour.max() / by_hour.min() < 6
    daily_kwh = power_w.mean() * 24 / 1000
    assert 5 < daily_kwh < 13


@pytest.fixture(scope="module")
def spring():
    """Eight days without heating or cooling at every quarter of an hour: power and profile."""
    times = moments("2026-04-13 00:00", every_s=900, count=96 * 8)
    power_w = run(KIND, times, count=655, pv_share=0.0)["active_power_w"]
    calendar = Calendar()
    profile = np.array([load_ratio("household", now, calendar.shares(now)) for now in times])
    return power_w, profile


def test_the_mean_of_hundreds_follows_the_standard_profile(spring):
    power_w, profile = spring
    mean_w = power_w.mean(axis=1)
    assert np.corrcoef(mean_w, profile)[0, 1] > 0.95
    by_hour = mean_w.reshape(8, 24, 4).mean(axis=(0, 2))
    assert by_hour.argmax() in range(19, 22)
    # In China the late evening outdoes the early one; in Germany it is the other way round.
    assert by_hour[20:23].mean() > 1.1 * by_hour[17:20].mean()


def test_a_single_home_does_not_follow_it(spring):
    power_w, profile = spring
    day = slice(96, 192)
    alike = [np.corrcoef(home_w[day], profile[day])[0, 1] for home_w in power_w.T]
    assert np.median(alike) < 0.5
    assert np.mean(np.array(alike) > 0.9) < 0.01


def test_electric_heating_follows_the_cold_and_the_night():
    night, noon = (
        run(KIND, moments(f"2026-01-13 {hour}:00", every_s=60, count=20), night_heating_share=1.0)
        for hour in ("02", "12")
    )
    spring = run(KIND, moments("2026-04-13 02:00", every_s=60, count=20), night_heating_share=1.0)
    night_w, noon_w, spring_w = (each["active_power_w"].mean() for each in (night, noon, spring))
    assert night_w > 1.5 * noon_w > 1.5 * spring_w


@pytest.mark.parametrize(
    ("start", "sign", "options"),
    [("2026-06-15 21:00", 1, {}), ("2025-12-01 01:00", -1, {"night_heating_share": 1.0})],
)
def test_load_follows_the_temperature_from_day_to_day(start, sign, options):
    times = moments(start, every_s=86_400, count=60)
    power_w = run(KIND, times, count=400, pv_share=0.0, **options)["active_power_w"].mean(axis=1)
    home = population(1, site=LANGFANG)
    weather = Region(1).at(LANGFANG).weather
    air_c = [
        weather.air(now, elevation_m=home.elevation_m, exposure=home.exposure).temperature_c[0]
        for now in times
    ]
    assert sign * np.corrcoef(power_w, air_c)[0, 1] > 0.7


def test_the_voltage_sags_with_the_load_of_the_feeder_and_most_at_its_end():
    times = moments("2026-01-13 00:00", every_s=900, count=96)
    arrays = run(KIND, times, count=400, pv_share=0.0, night_heating_share=0.5)
    voltage_v, mean_w = arrays["voltage_l1_v"], arrays["active_power_w"].mean(axis=1)
    grid = Region(1).at(LANGFANG).grid
    transformer_v = np.array([grid.voltage_v(now) for now in times])
    sag_v = transformer_v - voltage_v.mean(axis=1)
    assert np.corrcoef(sag_v, mean_w)[0, 1] > 0.95
    slopes = np.polyfit(mean_w, transformer_v[:, np.newaxis] - voltage_v, 1)[0]
    assert np.percentile(slopes, 90) > 3 * np.percentile(slopes, 10) > 0


def test_a_home_that_draws_little_advances_its_register_in_time():
    model = KIND.model(population(1, site=LANGFANG, pv_share=0.0), np.random.default_rng(4))
    environment = Region(1).at(LANGFANG)
    column = KIND.column["energy_import_kwh"]
    shown, drawn_w = [], []
    for now in moments("2026-04-13 03:00", every_s=1, count=900):
        arrays = model.step(now, 1.0, environment)
        shown.append(finish(KIND, arrays)[0, column])
        drawn_w.append(arrays["active_power_w"][0])
    steps_kwh = np.diff(shown)
    assert set(np.round(steps_kwh, 6)) == {0.0, 0.01}
    assert max(drawn_w) / 3.6e6 < 0.01 / 10  # each second's share is far below what is shown
    assert shown[-1] - shown[0] == pytest.approx(sum(drawn_w[1:]) / 3.6e6, abs=0.01)


def test_the_tariff_turns_with_the_local_hour_for_all_meters():
    tariffs = run(KIND, moments("2026-01-13 00:00", every_s=3600, count=24))["tariff_index"]
    states = KIND.fields[KIND.column["tariff_index"]].states
    assert (tariffs == tariffs[:, :1]).all()
    assert [states[int(code)] for code in tariffs[[3, 9, 14, 19], 0]] == [
        "valley",
        "peak",
        "flat",
        "sharp",
    ]


def test_maximum_demand_is_a_mean_of_quarters_and_starts_again_with_the_month():
    times = moments("2026-01-31 12:00", every_s=60, count=60 * 14)
    arrays = run(KIND, times, count=200)
    most_w, power_w = arrays["max_demand_w"], arrays["active_power_w"]
    midnight = 12 * 60
    assert (np.diff(most_w[:midnight], axis=0) >= 0).all()
    assert (most_w[midnight + 1] == 0).all()
    first_quarter_w = np.maximum(power_w[midnight + 1 : midnight + 16], 0.0).mean(axis=0)
    assert most_w[midnight + 15] == pytest.approx(first_quarter_w)


def test_a_home_with_panels_exports_at_noon_with_a_negative_power_factor():
    noon = run(KIND, moments("2026-05-14 12:00", every_s=60, count=30), count=200, pv_share=1.0)
    exporting = noon["active_power_w"] < -100
    assert exporting.mean() > 0.5
    assert (noon["power_factor"][exporting] < 0).all()
    assert (noon["current_l1_a"][exporting] > 0).all()


def test_more_residents_use_more():
    few, many = (
        run(KIND, moments("2026-01-13 08:00", every_s=600, count=72), count=400, residents=number)
        for number in (1.0, 5.0)
    )
    assert many["active_power_w"].mean() > 1.5 * few["active_power_w"].mean()


def test_all_meters_show_the_one_frequency():
    frequency_hz = run(KIND, moments(WINTER_EVENING, every_s=60, count=5))["frequency_hz"]
    assert (frequency_hz == frequency_hz[:, :1]).all()


def test_an_outage_is_a_last_gasp_then_silence_then_one_more_failure():
    outage = longest_outage(seed=1)
    start = datetime.fromtimestamp(outage.start_s - 120, UTC)
    count = (outage.end_s - outage.start_s) // 60 + 5
    times = [start + timedelta(seconds=60 * step) for step in range(count)]
    arrays = run(KIND, times, seed=1, count=10)
    voltage_v, gasps = arrays["voltage_l1_v"], arrays["last_gasp"]
    assert gasps[2].tolist() == [1.0] * 10
    assert voltage_v[2].tolist() == [0.0] * 10
    dark = [all(np.isnan(array[step]).all() for array in arrays.values()) for step in range(count)]
    back = next(step for step, now in enumerate(times) if now.timestamp() >= outage.end_s)
    assert dark == [2 < step < back for step in range(count)]
    failures = arrays["power_failures_total"]
    assert (failures[-1] - failures[0]).tolist() == [1.0] * 10


def test_a_disconnected_home_draws_nothing_and_has_no_power_factor():
    arrays = run(KIND, moments("2026-01-13 08:00", every_s=86_400, count=30), count=400)
    open_switch = arrays["switch_state"] == 1
    assert open_switch.any()
    assert (arrays["current_l1_a"][open_switch] == 0).all()
    assert np.isnan(arrays["power_factor"][open_switch]).all()
    assert (arrays["voltage_l1_v"][open_switch] > 200).all()


def test_the_load_at_a_moment_does_not_depend_on_the_reporting_interval():
    second, quarter = (
        run(KIND, moments(start, every_s=every_s, count=30), count=2000)["active_power_w"][-1]
        for start, every_s in (("2026-01-13 19:59:31", 1), ("2026-01-13 12:45", 900))
    )
    assert second.mean() == pytest.approx(quarter.mean(), rel=0.1)
    assert second.std() == pytest.approx(quarter.std(), rel=0.15)

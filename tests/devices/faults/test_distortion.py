"""What faults do to times and values, and that everybody's fate is a matter of the seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.faults.catalog import (
    ClockDrift,
    ClockSkew,
    Garbage,
    Late,
    Silent,
    Spike,
    Stuck,
    UnitError,
)
from devices.faults.distortion import Distortion, Readings
from devices.faults.draws import drawn, keys_of
from devices.faults.lots import Lots
from devices.faults.plan import FaultPlan
from devices.registry import kind_named
from devices.schema import FieldType

START_MS = 1_790_000_000_000
SERVER = kind_named("server")
DEVICES = 200
TOPICS = [f"telemetry/here/server/s-{number}" for number in range(DEVICES)]
GAUGES = [n for n, field in enumerate(SERVER.fields) if field.type is FieldType.GAUGE]


def readings_at(at_ms: int, seq: int = 0, batch: int = 1) -> Readings:
    """Return a round in which all devices show numbers of their own."""
    device = np.repeat(np.arange(DEVICES), batch)
    back_ms = np.tile(np.arange(batch - 1, -1, -1), DEVICES) * 100
    values = np.full((len(device), len(SERVER.fields)), 20.0)
    values[:, GAUGES] += (np.arange(len(device)) % 7)[:, None] + seq
    seqs = np.tile(np.arange(batch), DEVICES) + seq
    return Readings(device, START_MS + at_ms - back_ms, seqs, values)


def distortion_of(*entries, seed=0, topics=TOPICS) -> Distortion:
    return Distortion(FaultPlan(entries), seed, SERVER, topics, START_MS)


@given(st.integers(0, 2**60), st.integers(0, 1_000))
def test_draws_are_even_and_the_same_whoever_else_is_drawn_for(seed, number):
    keys = keys_of(TOPICS)
    draws = drawn(seed, "x", keys, number)
    assert draws.min() >= 0
    assert draws.max() < 1
    assert abs(draws.mean() - 0.5) < 0.12
    assert drawn(seed, "x", keys[5:9], number).tolist() == draws[5:9].tolist()


def test_another_seed_purpose_or_number_draws_something_else():
    keys = keys_of(TOPICS)
    first = drawn(0, "x", keys, 0)
    for other in (drawn(1, "x", keys, 0), drawn(0, "y", keys, 0), drawn(0, "x", keys, 1)):
        assert abs(np.corrcoef(first, other)[0, 1]) < 0.25


def test_shares_are_met_and_leave_the_others_alone():
    lots = Lots(FaultPlan((Garbage(share=0.1), Silent(share=0.5), Late(share=0.2))), 3)
    keys = keys_of(TOPICS)
    messages = np.concatenate([lots.of_messages(keys, np.full(DEVICES, n)) for n in range(50)])
    assert np.bincount(messages, minlength=4) / len(messages) == pytest.approx(
        [0.7, 0.1, 0, 0.2], abs=0.02
    )
    assert np.bincount(lots.of_devices(keys), minlength=4)[2] / DEVICES == pytest.approx(
        0.5, abs=0.1
    )


def test_all_messages_can_be_hit_and_none():
    keys, numbers = keys_of(TOPICS), np.zeros(DEVICES, np.int64)
    assert set(Lots(FaultPlan((Late(share=1.0),)), 0).of_messages(keys, numbers)) == {1}
    assert set(Lots(FaultPlan((Late(share=0.0),)), 0).of_messages(keys, numbers)) == {0}


def test_a_device_that_has_a_fault_shows_no_other():
    plan = (ClockSkew(share=0.5), Garbage(share=0.5))
    fault = distortion_of(*plan).of(readings_at(0)).fault
    own = Lots(FaultPlan(plan), 0).of_devices(keys_of(TOPICS))
    assert (fault[own == 1] == 1).all()
    assert set(fault[own == 0]) == {0, 2}


def test_all_readings_of_a_message_share_its_fault():
    distorted = distortion_of(Late(share=0.5)).of(readings_at(1_000, batch=3))
    by_message = distorted.fault.reshape(DEVICES, 3)
    assert (by_message == by_message[:, :1]).all()
    assert set(by_message[:, 0]) == {0, 1}


def test_a_device_meets_the_same_fate_whoever_shares_its_publisher():
    whole = distortion_of(Late(share=0.3), Stuck(share=0.3)).of(readings_at(0)).fault
    few = distortion_of(Late(share=0.3), Stuck(share=0.3), topics=TOPICS[40:60])
    _, ts_ms, seq, values = readings_at(0)
    some = Readings(np.arange(20), ts_ms[40:60], seq[40:60], values[40:60])
    assert few.of(some).fault.tolist() == whole[40:60].tolist()


@pytest.mark.parametrize(
    ("entry", "at_ms", "wrong_ms"),
    [
        (Late(share=1.0, by_s=60.0), 5_000, {-60_000}),
        (ClockSkew(share=1.0, by_s=1.5), 5_000, {-1_500, 1_500}),
        (ClockDrift(share=1.0, per_hour_s=36.0), 0, {0}),
        (ClockDrift(share=1.0, per_hour_s=36.0), 10_000, {-100, 100}),
    ],
)
def test_times_are_wrong_by_what_the_fault_says(entry, at_ms, wrong_ms):
    readings = readings_at(at_ms)
    distorted = distortion_of(entry).of(readings)
    assert set((distorted.ts_ms - readings.ts_ms).tolist()) == wrong_ms
    assert (distorted.values == readings.values).all()


def test_a_clock_that_is_wrong_stays_wrong_the_same_way():
    distortion = distortion_of(ClockSkew(share=1.0))
    wrong = [
        (distortion.of(readings_at(at)).ts_ms - readings_at(at).ts_ms).tolist() for at in (0, 9)
    ]
    assert wrong[0] == wrong[1]


def test_a_stuck_sensor_shows_what_it_showed_first_and_the_others_go_on():
    distortion = distortion_of(Stuck(share=1.0))
    first = distortion.of(readings_at(0))
    later = distortion.of(readings_at(1_000, seq=9, batch=2))
    unchanged = readings_at(1_000, seq=9, batch=2).values
    differs = later.values != unchanged
    assert (differs.sum(axis=1) == 1).all()
    rows, columns = differs.nonzero()
    assert (later.values[rows, columns] == first.values[rows // 2, columns]).all()


def test_a_sensor_that_is_stuck_from_its_first_array_on_shows_that_arrays_first_value():
    readings = readings_at(0, batch=3)
    distorted = distortion_of(Stuck(share=1.0)).of(readings)
    (rows, columns) = (distorted.values != readings.values).nonzero()
    assert (distorted.values[rows, columns] == readings.values[rows // 3 * 3, columns]).all()


def test_a_field_in_another_unit_is_a_field_of_each_device_and_always_the_same():
    distortion = distortion_of(UnitError(share=1.0, factor=1000.0))
    for at_ms in (0, 1_000):
        readings = readings_at(at_ms, seq=at_ms)
        distorted = distortion.of(readings)
        rows, columns = (distorted.values != readings.values).nonzero()
        assert rows.tolist() == list(range(DEVICES))
        for row, column in zip(rows, columns, strict=True):
            was, field = readings.values[row, column], SERVER.fields[column]
            now = was * 1.8 + 32 if field.unit == "°C" else was * 1000
            assert distorted.values[row, column] == pytest.approx(now, abs=field.resolution)


def test_a_spike_is_in_one_value_of_the_last_reading():
    readings = readings_at(0, batch=3)
    distorted = distortion_of(Spike(share=1.0, spans=2.0)).of(readings)
    rows, columns = (distorted.values != readings.values).nonzero()
    assert rows.tolist() == list(range(2, 3 * DEVICES, 3))
    signs = set()
    for row, column in zip(rows, columns, strict=True):
        low, high = SERVER.fields[column].typical or SERVER.fields[column].hard
        far = (distorted.values[row, column] - readings.values[row, column]) / (high - low)
        assert abs(far) == pytest.approx(2.0, rel=0.01)
        signs.add(far > 0)
    assert signs == {True, False}


def test_a_value_that_a_device_does_not_report_is_not_made_up():
    readings = readings_at(0)
    readings.values[:, GAUGES] = np.nan
    for entry in (Stuck(share=1.0), UnitError(share=1.0), Spike(share=1.0)):
        assert np.isnan(distortion_of(entry).of(readings).values[:, GAUGES]).all()


def test_a_silent_device_speaks_until_its_time():
    distortion = distortion_of(Silent(share=1.0, after_s=2.0))
    assert set(distortion.of(readings_at(1_999)).fault) == {0}
    assert set(distortion.of(readings_at(2_000)).fault) == {1}

"""What holds for the model of every kind, whatever it models."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.readings import finish
from devices.registry import kinds
from devices.schema import FieldType, Kind
from tests.devices.kinds.runs import run
from tests.devices.places import moments

every_kind = pytest.mark.parametrize("kind", kinds().values(), ids=kinds().keys())


def finished(kind: Kind, arrays: dict[str, Floats]) -> Floats:
    """Readings of shape (steps * devices, fields)."""
    return finish(kind, {name: array.ravel() for name, array in arrays.items()})


@every_kind
def test_same_seed_and_steps_give_the_same_bits(kind):
    times = moments("2026-01-15 17:00", every_s=kind.interval_s, count=30)
    one, other = run(kind, times), run(kind, times)
    assert one.keys() == other.keys()
    assert all(one[name].tobytes() == other[name].tobytes() for name in one)


@every_kind
def test_another_seed_gives_other_devices(kind):
    times = moments("2026-01-15 17:00", every_s=kind.interval_s, count=3)
    one, other = run(kind, times, seed=1), run(kind, times, seed=2)
    assert any(not np.array_equal(one[name], other[name]) for name in one)


@every_kind
def test_every_field_is_reported_and_none_that_the_kind_has_not(kind):
    arrays = run(kind, moments("2026-01-15 17:00", every_s=kind.interval_s, count=30))
    assert arrays.keys() == kind.column.keys()
    assert all(not np.isnan(array).all() for array in arrays.values())


@every_kind
@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32),
    day=st.integers(0, 3650),
    interval_s=st.sampled_from([1.0, 60.0, 900.0, 3600.0]),
)
def test_no_reading_ever_leaves_its_hard_range(kind, seed, day, interval_s):
    start = datetime(2020, 1, 1, tzinfo=CHINA_STANDARD_TIME) + timedelta(days=day)
    times = [start + timedelta(seconds=interval_s * step) for step in range(30)]
    readings = finished(kind, run(kind, times, seed=seed, count=20))
    low, high = np.array([field.hard for field in kind.fields]).T
    inside = np.isnan(readings) | ((readings >= low) & (readings <= high))
    outside = np.flatnonzero(~inside.all(axis=0))
    assert not outside.size, [kind.fields[column].name for column in outside]


@every_kind
def test_nearly_all_readings_of_a_winter_are_typical(kind):
    times = moments("2025-12-01 00:00", every_s=10_800, count=8 * 90)
    readings = finished(kind, run(kind, times))
    for field, values in zip(kind.fields, readings.T, strict=True):
        if field.typical:
            low, high = field.typical
            there = values[~np.isnan(values)]
            assert np.mean((there >= low) & (there <= high)) > 0.9, field.name


@every_kind
def test_counters_never_go_backwards_and_states_are_codes(kind):
    arrays = run(kind, moments("2026-01-10 00:00", every_s=600, count=300))
    for field in kind.fields:
        values = arrays[field.name]
        if field.type is FieldType.COUNTER:
            assert not (np.diff(values, axis=0) < 0).any(), field.name
        elif field.type in {FieldType.STATE, FieldType.BOOLEAN}:
            codes = values[~np.isnan(values)]
            assert set(np.unique(codes)) <= set(range(len(field.states) or 2)), field.name


@every_kind
def test_every_limit_can_be_traced_and_clears_on_the_quiet_side(kind):
    fields = {field.name: field for field in kind.fields}
    for limit in kind.limits:
        assert limit.source, limit.field
        field = fields[limit.field]
        if limit.equals is not None:
            assert limit.equals in (field.states or ("true", "false")), limit.field
        elif limit.above is not None:
            assert field.hard[0] < limit.above < field.hard[1], limit.field
            assert limit.clear is None or limit.clear <= limit.above, limit.field
        elif limit.below is not None:
            assert field.hard[0] < limit.below < field.hard[1], limit.field
            assert limit.clear is None or limit.clear >= limit.below, limit.field

"""What a counter gained: forward, over, back, reset, exchanged; never a spike."""

import numpy as np
import pytest

from devices.registry import kind_named, kinds
from devices.schema import FieldType
from ingest.rollups.counters import counter_rule, fastest_per_h
from ingest.rollups.tiers import HOUR_MS, MINUTE_MS

METER = kind_named("smart_meter")
ENERGY = METER.fields[METER.column["energy_import_kwh"]]
FAILURES = METER.fields[METER.column["power_failures_total"]]


def gained(*registers: float, minutes: float = 1, field=ENERGY) -> list[float]:
    rule = counter_rule(METER, field, HOUR_MS)
    amounts = rule.amounts(np.array(registers, np.float64))
    elapsed_ms = np.full(len(registers) - 1, round(minutes * MINUTE_MS), np.int64)
    gains = rule.gains(amounts[:-1], amounts[1:], elapsed_ms)
    return [gain / rule.units for gain in gains.tolist()]


def test_a_register_that_goes_forward_gains_the_difference_exactly():
    assert gained(1234.56, 1234.57, 1234.60, 1234.60) == [0.01, 0.03, 0.0]


def test_a_register_rolls_over_at_its_modulus():
    assert gained(999_999.95, 0.05) == [0.1]


@pytest.mark.parametrize("after", [0.0, 0.02])
def test_a_reset_to_zero_gains_what_the_register_shows_then(after):
    assert gained(5000.0, after) == [after]


@pytest.mark.parametrize("after", [3200.0, 12_000.0, 999_999.0])
def test_another_meter_gains_nothing_whichever_way_it_differs(after):
    assert gained(5000.0, after, after + 0.1) == [0.0, 0.1]


def test_one_step_back_is_undone_by_the_step_forward():
    assert sum(gained(10.00, 9.99, 10.00, 9.99, 10.01)) == pytest.approx(0.01, abs=1e-12)


def test_one_step_back_over_zero_is_no_turn_of_the_register():
    assert gained(0.0, 999_999.99, 0.0) == [-0.01, 0.01]


def test_a_step_after_a_long_silence_is_not_counted():
    assert gained(10.0, 12.0, minutes=60) == [2.0]
    assert gained(10.0, 12.0, minutes=60.1) == [0.0]


def test_no_step_exceeds_what_the_largest_power_gives_in_the_time():
    power = METER.fields[METER.column["active_power_w"]]
    assert fastest_per_h(METER, ENERGY) == pytest.approx(1.1 * power.hard[1] / 1000)
    most_kwh = fastest_per_h(METER, ENERGY) * (60 + METER.interval_s) / 3600
    assert gained(100.0, 100 + most_kwh - 0.01) == pytest.approx([most_kwh - 0.01], abs=1e-5)
    assert gained(100.0, 100 + most_kwh + 0.01) == [0.0]


def test_a_counter_without_a_gauge_of_its_own_may_gain_a_hundredth_of_its_modulus_an_hour():
    assert fastest_per_h(METER, FAILURES) == 1_000
    assert gained(3.0, 4.0, field=FAILURES) == [1.0]


def test_the_values_of_every_counter_of_every_kind_fit_when_summed():
    for kind in kinds().values():
        for field in kind.fields:
            if field.type is FieldType.COUNTER:
                rule = counter_rule(kind, field, HOUR_MS)
                assert 0 < rule.step < rule.modulus < 2**61
                assert rule.amounts(np.array([field.hard[1]]))[0] == rule.modulus

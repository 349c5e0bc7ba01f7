"""Voltage, current and power that agree, in one phase and in three."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.electricity import ac, three_phase

powers = st.floats(-50_000.0, 50_000.0)


@given(active_w=powers, reactive_var=powers, voltage_v=st.floats(150.0, 300.0))
def test_one_phase_agrees_with_itself(active_w, reactive_var, voltage_v):
    fields = ac(np.array([active_w]), np.array([reactive_var]), np.array([voltage_v]))
    apparent_va = fields["voltage_l1_v"] * fields["current_l1_a"]
    assert apparent_va**2 == pytest.approx(active_w**2 + reactive_var**2)
    if apparent_va > 1e-6:
        assert apparent_va * fields["power_factor"] == pytest.approx(active_w, abs=1e-6)


def test_who_feeds_in_has_a_negative_power_factor_and_a_positive_current():
    fields = ac(np.array([-2300.0]), np.array([0.0]), np.array([230.0]))
    assert fields["current_l1_a"] == pytest.approx(10.0)
    assert fields["power_factor"] == pytest.approx(-1.0)


def test_without_voltage_no_current_flows_and_there_is_no_power_factor():
    nothing = np.zeros(1)
    fields = ac(nothing, nothing, nothing)
    assert fields["current_l1_a"] == 0
    assert np.isnan(fields["power_factor"])


def test_three_phases_carry_the_power_together_each_at_its_own_voltage():
    voltages_v = np.array([[229.0], [231.0], [233.0]])
    shares = np.array([[0.5], [0.3], [0.2]])
    fields = three_phase(np.array([9000.0]), np.array([4000.0]), voltages_v, shares)
    flows_va = [
        fields[f"voltage_l{phase}_v"] * fields[f"current_l{phase}_a"] for phase in (1, 2, 3)
    ]
    assert np.array(flows_va) / sum(flows_va) == pytest.approx(shares)
    assert sum(flows_va) * fields["power_factor"] == pytest.approx(9000.0)
    assert sum(flows_va) ** 2 == pytest.approx(9000.0**2 + 4000.0**2)

"""Energy in a box: nothing is made, nothing is lost but the losses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.physics.lithium import terminal_voltage_v
from devices.physics.storage import HIGHEST_PCT, LOWEST_PCT, ONE_WAY, ROUND_TRIP, Storage

CAPACITY_KWH = np.array([100.0])


@given(
    st.floats(LOWEST_PCT, HIGHEST_PCT),
    st.lists(st.tuples(st.floats(-200e3, 200e3), st.sampled_from([1.0, 60.0, 3600.0]))),
)
def test_energy_is_conserved_and_the_window_kept(start_pct, wishes):
    storage = Storage(np.array([start_pct]))
    taken = given_back = 0.0
    for wanted_w, dt_s in wishes:
        flow = storage.step(dt_s, np.array([wanted_w]), CAPACITY_KWH)
        taken += flow.import_kwh[0]
        given_back += flow.export_kwh[0]
        assert abs(flow.power_w[0]) <= abs(wanted_w) + 1e-6
        energy_kwh = (flow.export_kwh - flow.import_kwh)[0]
        assert flow.power_w[0] * dt_s / 3.6e6 == pytest.approx(energy_kwh, abs=1e-9)
        assert LOWEST_PCT - 1e-9 <= storage.energy_kwh[0] <= HIGHEST_PCT + 1e-9
    balance = start_pct + taken * ONE_WAY - given_back / ONE_WAY
    assert storage.energy_kwh[0] == pytest.approx(balance, abs=1e-6)


def test_a_round_trip_costs_its_losses():
    storage = Storage(np.array([50.0]))
    into = storage.step(3600.0, np.array([-20e3]), CAPACITY_KWH)
    out_of = [storage.step(60.0, np.array([30e3]), CAPACITY_KWH) for _ in range(600)]
    stored = sum(flow.export_kwh[0] for flow in out_of) - 40.0 * ONE_WAY
    assert into.import_kwh[0] == pytest.approx(20.0)
    assert stored == pytest.approx(20.0 * ROUND_TRIP)


def test_charging_slows_down_before_the_end_and_ends():
    storage = Storage(np.array([85.0]))
    powers_w = [storage.step(60.0, np.array([-50e3]), CAPACITY_KWH).power_w[0] for _ in range(120)]
    assert powers_w[0] == -50e3
    assert (np.diff(powers_w) >= 0).all()
    assert powers_w[-1] == pytest.approx(0.0, abs=1e-9)
    assert storage.energy_kwh[0] == pytest.approx(95.0)


def test_cells_are_flat_with_a_knee_at_either_end():
    rest = np.zeros(1)
    volts = [terminal_voltage_v(np.array([at]), rest)[0] for at in (1.0, 10.0, 30.0, 70.0, 99.8)]
    assert np.diff(volts)[1:3] == pytest.approx([0.085, 0.055])
    assert volts[1] - volts[0] > 0.3
    assert volts[4] - volts[3] > 0.1
    assert terminal_voltage_v(np.array([50.0]), np.array([0.5]))[0] < volts[3] - 0.05

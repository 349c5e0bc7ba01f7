"""Registers never lose what flows too slowly to be seen in a step."""

import numpy as np
import pytest

from devices.kinds.smart_meter import KIND
from devices.physics.registers import KWH_PER_WS, M3_PER_LPM_S, EnergyRegisters, Register
from devices.readings import finish


def shown_kwh(register: Register) -> float:
    readings = finish(KIND, {"energy_import_kwh": register.total})
    return float(readings[0, KIND.column["energy_import_kwh"]])


def test_five_watts_move_a_full_register_on_time():
    register = Register(np.array([999_900.0]), KWH_PER_WS)
    five_w = np.array([5.0])
    seconds_per_step = round(0.01 * 3.6e6 / 5.0)
    for _ in range(seconds_per_step - 1):
        register.step(1.0, five_w)
    assert shown_kwh(register) == 999_900.0
    for _ in range(2):
        register.step(1.0, five_w)
    assert shown_kwh(register) == 999_900.01


def test_the_register_shows_zero_after_all_its_nines():
    register = Register(np.array([999_999.985]), KWH_PER_WS)
    register.step(0.0, np.array([36.0]))
    assert shown_kwh(register) == 999_999.98
    register.step(1800.0, np.array([36.0]))
    assert shown_kwh(register) == 0.0


def test_what_flows_backwards_is_counted_by_the_other_register():
    registers = EnergyRegisters(np.array([7.0]), np.array([3.0]))
    registers.step(3600.0, np.array([500.0]))
    registers.step(3600.0, np.array([-2000.0]))
    fields = registers.fields()
    assert fields["energy_import_kwh"] == pytest.approx(7.5)
    assert fields["energy_export_kwh"] == pytest.approx(5.0)


def test_litres_a_minute_become_cubic_metres():
    register = Register(np.zeros(1), M3_PER_LPM_S)
    assert register.step(3600.0, np.array([10.0])) == pytest.approx(0.6)

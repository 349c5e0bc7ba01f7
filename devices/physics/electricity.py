"""Alternating current at n connections: quantities that agree with each other.

Everywhere S = U·I, P = S·cos φ and S² = P² + Q². Power is positive where it is taken from the
grid; whoever feeds in has a negative power and a negative power factor. Voltages are between
phase and neutral.
"""

from typing import NamedTuple

import numpy as np

from devices.arrays import Floats


class Power(NamedTuple):
    """What flows from the grid into n connections, shape (n,)."""

    active_w: Floats
    reactive_var: Floats


def ac(active_w: Floats, reactive_var: Floats, voltage_v: Floats) -> dict[str, Floats]:
    """Return the fields of a single-phase connection, all of shape (n,).

    Args:
        active_w: Active power, shape (n,).
        reactive_var: Reactive power, shape (n,).
        voltage_v: At the connection, shape (n,); 0 only where no power flows.
    """
    apparent_va = np.hypot(active_w, reactive_var)
    return {
        "voltage_l1_v": voltage_v,
        "current_l1_a": current_a(apparent_va, voltage_v),
        "active_power_w": active_w,
        "reactive_power_var": reactive_var,
        "power_factor": power_factor(active_w, apparent_va),
    }


def three_phase(
    active_w: Floats, reactive_var: Floats, voltages_v: Floats, shares: Floats
) -> dict[str, Floats]:
    """Return the fields of a three-phase connection, all of shape (n,).

    Args:
        active_w: Active power of the three phases together, shape (n,).
        reactive_var: Reactive power of the three together, shape (n,).
        voltages_v: Of each phase, shape (3, n); 0 only where no power flows.
        shares: What part of the power each phase carries, shape (3, n), together 1.
    """
    apparent_va = np.hypot(active_w, reactive_var)
    currents_a = current_a(shares * apparent_va, voltages_v)
    return {
        **{f"voltage_l{phase}_v": row for phase, row in enumerate(voltages_v, start=1)},
        **{f"current_l{phase}_a": row for phase, row in enumerate(currents_a, start=1)},
        "active_power_w": active_w,
        "reactive_power_var": reactive_var,
        "power_factor": power_factor(active_w, apparent_va),
    }


def current_a(apparent_va: Floats, voltage_v: Floats) -> Floats:
    """Return the current of a phase; 0 where there is no voltage."""
    return np.divide(apparent_va, voltage_v, out=np.zeros_like(apparent_va), where=voltage_v > 0.0)


def power_factor(active_w: Floats, apparent_va: Floats) -> Floats:
    """Return P ÷ S with the sign of P; NaN where nothing flows, since there is none then."""
    nothing = np.full_like(apparent_va, np.nan)
    return np.divide(active_w, apparent_va, out=nothing, where=apparent_va > 0.0)

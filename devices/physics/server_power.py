"""What a server draws for the work it does, and how warm that makes its processors."""

from dataclasses import dataclass

import numpy as np

from devices.arrays import Floats

EXPONENT = 1.4
IDLE_RISE_K = 12.0  # of the processors above the inlet, fans included
WORK_RISE_K = 42.0
LIMIT_C = 96.0  # here a processor slows down rather than grow warmer
SLOWEST_FAN_RPM, FASTEST_FAN_RPM = 3_000.0, 12_000.0
FAN_FROM_C, FAN_TO_C = 40.0, 85.0


@dataclass(frozen=True, slots=True)
class Envelope:
    """Power of n servers without work and with all they can do, W, shape (n,)."""

    idle_w: Floats
    max_w: Floats


def power_share(utilization_ratio: Floats) -> Floats:
    """Return how far power lies between idle and most: 2u - u^1.4 (Fan, Weber, Barroso 2007)."""
    return 2.0 * utilization_ratio - utilization_ratio**EXPONENT


def sustained(share: Floats, inlet_c: Floats) -> Floats:
    """Return the power share that processors keep at an inlet temperature without overheating."""
    return np.minimum(share, np.clip((LIMIT_C - inlet_c - IDLE_RISE_K) / WORK_RISE_K, 0.0, 1.0))


def power_w(envelope: Envelope, share: Floats) -> Floats:
    """Return the power at a power share, 0 idle … 1 most."""
    return envelope.idle_w + (envelope.max_w - envelope.idle_w) * share


def processor_c(share: Floats, inlet_c: Floats) -> Floats:
    """Return the temperature at which the processors settle."""
    return inlet_c + IDLE_RISE_K + WORK_RISE_K * share


def fan_rpm(processor_temperature_c: Floats) -> Floats:
    """Return the speed at which the fans settle."""
    return np.interp(
        processor_temperature_c, (FAN_FROM_C, FAN_TO_C), (SLOWEST_FAN_RPM, FASTEST_FAN_RPM)
    )

"""What a counter gained between two readings: never a spike, whatever happened to the meter.

A register goes forward, and at its modulus over to zero. It may fall back by one step of its
resolution (two readings of a value that is being rounded); that is counted as it is, so that the
step forward which follows is not counted twice. Everything is held against the most that the
register can gain in the time: the largest power or flow its kind allows, with a tenth to spare, or
a hundredth of the modulus an hour where the kind has no such gauge. What exceeds that is a reset,
counted from zero if even that is plausible, or another meter, which gains nothing.
"""

from dataclasses import dataclass

import numpy as np

from devices.schema import Field, Kind
from devices.units import per_hour
from ingest.rollups.arrays import Floats, Integers
from ingest.rollups.reach import look_back_ms
from ingest.rollups.summing import units_of_summing

MARGIN = 1.1
MODULUS_SHARE_PER_H = 0.01
LEAST_STEPS = 10
"""So many steps of the resolution are plausible in any time."""

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterRule:
    """How one counter of a kind is read; amounts are in units of summing.

    Attributes:
        units: Units of summing in one unit of the field.
        modulus: Where the register rolls over.
        step: Its resolution.
        fastest_per_ms: The most it gains.
        interval_ms: A register is as old as this when it is read.
        look_back_ms: After a longer silence the counter starts anew.
    """

    units: float
    modulus: int
    step: int
    fastest_per_ms: float
    interval_ms: float
    look_back_ms: int

    def amounts(self, values: Floats) -> Integers:
        """Return register values in units of summing."""
        return np.rint(values * self.units).astype(np.int64)

    def gains(self, before: Integers, after: Integers, elapsed_ms: Integers) -> Integers:
        """Return what was gained from each reading to the next.

        Args:
            before: Shape (n,), the register, in units of summing.
            after: Shape (n,), the register at the next reading.
            elapsed_ms: Shape (n,), from the one to the other.
        """
        most = self.fastest_per_ms * (elapsed_ms + self.interval_ms)
        np.maximum(most, LEAST_STEPS * self.step, out=most)
        gain = after - before
        gain += self.modulus * (gain < -self.step)
        gain -= self.modulus * (gain >= self.modulus - self.step)
        strange = gain > most
        if strange.any():
            was_reset = strange & (after < before) & (after <= most)
            gain = np.where(was_reset, after, np.where(strange, 0, gain))
        gain[elapsed_ms > self.look_back_ms] = 0
        return gain


def counter_rule(kind: Kind, field: Field, span_ms: int) -> CounterRule:
    """Derive the rule of a counter from its kind."""
    units = units_of_summing(field, span_ms)
    modulus = field.modulus or field.hard[1]
    return CounterRule(
        units=units,
        modulus=round(modulus * units),
        step=max(1, round((field.resolution or 1.0) * units)),
        fastest_per_ms=fastest_per_h(kind, field) * units / HOUR_MS,
        interval_ms=kind.interval_s * 1000,
        look_back_ms=look_back_ms(kind),
    )


def fastest_per_h(kind: Kind, counter: Field) -> float:
    """Return the most that a counter gains in an hour, in its own unit."""
    modulus = counter.modulus or counter.hard[1]
    return max(
        (
            rate * max(map(abs, field.hard)) * MARGIN
            for field in kind.fields
            if (rate := per_hour(counter.name, field.name)) is not None
        ),
        default=modulus * MODULUS_SHARE_PER_H,
    )

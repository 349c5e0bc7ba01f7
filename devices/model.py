"""The seam between a device kind and the simulator: a population goes in, arrays come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

import numpy as np

from devices.arrays import Floats

if TYPE_CHECKING:
    from devices.environment.region import SiteEnvironment


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """The n devices that one model instance simulates; they stand at one site.

    Attributes:
        names: Device names, n of them, in the order of every array.
        elevation_m: Metres above sea level, shape (n,).
        exposure: How open to the wind each device stands, shape (n,), 0 sheltered … 1 ridge.
        options: Numbers that the fleet file gives for this kind (`{"pv_share": 0.1}`); a model
            takes the ones it knows and has a default for each.
    """

    names: tuple[str, ...]
    elevation_m: Floats
    exposure: Floats
    options: Mapping[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def place_ratio(self) -> Floats:
        """Where each device stands in a row of them, 0 at one end … 1 at the other, shape (n,)."""
        return (np.arange(len(self)) + 0.5) / len(self)


class Model(Protocol):
    """The physics of a kind, for a whole population at once.

    Time and randomness are passed in and nothing else is consulted, so the same seed and the
    same sequence of steps give bit-identical arrays.
    """

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        """Draw what differs between the devices (size, age, offsets) from `rng`."""
        ...

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """Advance all devices to `now` and return what each would report.

        Args:
            now: Aware time of the reading.
            dt_s: Seconds since the previous step; 0 at the first one.
            environment: Weather and grid at the devices' site.

        Returns:
            Arrays of shape (n,) by field name, in the field's unit: states as indices into
            `Field.states`, booleans as 0 and 1, NaN where a device does not report the field.
            Values are exact; the caller rolls counters over and rounds to the resolution. A
            device that says nothing at all has NaN in every field.
        """
        ...

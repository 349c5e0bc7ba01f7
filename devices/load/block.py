"""Some devices of one group whose model is stepped at once, and the readings they make."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.encode import telemetry_topic
from devices.environment.region import SiteEnvironment
from devices.faults.distortion import Distortion, Readings
from devices.faults.lots import NO_FAULT, Codes
from devices.fleets.fleet import DeviceGroup
from devices.readings import finish
from devices.schema import Kind
from devices.simulator.simulation import EPOCH, MILLISECOND

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """What a block's devices measured in one round, the readings of each device together.

    Devices that say nothing have no readings in it.

    Attributes:
        block: Whose readings they are.
        first: Number of the message of the block's first device.
        device: Shape (n,), rising: whose reading it is, by position in the block.
        ts_ms: Shape (n,), Unix milliseconds; rising for each device, if its clock is right.
        seq: Shape (n,), each device's own count of its readings, from 0.
        values: Shape (n, fields), as `devices.readings.finish` gives them.
        fault: Shape (n,), the fault of the message that a reading is part of.
    """

    block: "Block"
    first: int
    device: Ints
    ts_ms: Ints
    seq: Ints
    values: Floats
    fault: Codes

    def pieces(self, most: int) -> Iterator["Portion"]:
        """Cut it into pieces of at most so many devices."""
        cuts = range(0, len(self.block), most)
        bounds = np.searchsorted(self.device, [*cuts, len(self.block)]).tolist()
        for begin, end in pairwise(bounds):
            if begin < end:
                yield self.rows(slice(begin, end))

    def distorted(self, distortion: Distortion) -> "Portion":
        """Return it as faulty devices show it."""
        readings = Readings(self.device, self.ts_ms, self.seq, self.values)
        fault, ts_ms, values = distortion.of(readings)
        return replace(self, fault=fault, ts_ms=ts_ms, values=values)

    def rows(self, wanted: slice | NDArray[np.bool_]) -> "Portion":
        """Return some of the readings."""
        return replace(
            self,
            device=self.device[wanted],
            ts_ms=self.ts_ms[wanted],
            seq=self.seq[wanted],
            values=self.values[wanted],
            fault=self.fault[wanted],
        )


class Block:
    """Devices of one group, with a model of their own.

    Randomness hangs on the seed and on the devices' names, and on nothing else.

    Args:
        group: These devices alone.
        seed: Of the load.

    Attributes:
        group: The devices.
        topic: What their topics begin with; a name makes one complete.
    """

    def __init__(self, group: DeviceGroup, seed: int) -> None:
        self.group = group
        self.topic = telemetry_topic(group.site, group.kind.name, "")
        name = f"{group.site}/{group.kind.name}/{group.names[0]}/{len(group)}"
        rng = np.random.default_rng([seed, *sha256(name.encode()).digest()])
        self._model = group.kind.model(group.population, rng)
        self._stepped_ms: int | None = None
        self._seq = np.zeros(len(group), np.int64)

    def __len__(self) -> int:
        return len(self.group)

    @property
    def kind(self) -> Kind:
        """What the devices are."""
        return self.group.kind

    def measure(
        self,
        environment: SiteEnvironment,
        first: int,
        ts_ms: Ints,
        *,
        batch: int,
        spacing_ms: int,
    ) -> Portion:
        """Have every device make its readings for one message.

        Args:
            environment: Of their site.
            first: Number of the first device's message.
            ts_ms: Time of each device's last reading, shape (devices,), rising.
            batch: Readings of each.
            spacing_ms: Time between them.
        """
        back_ms = spacing_ms * np.arange(batch - 1, -1, -1)
        steps = np.stack(
            [self._step(environment, int(ts_ms[0]) - back) for back in back_ms.tolist()], axis=1
        )
        speaks = np.logical_not(np.logical_and.reduce(np.isnan(steps), axis=2))
        seq = self._seq[:, None] + np.cumsum(speaks, axis=1) - 1
        self._seq += speaks.sum(axis=1)
        times_ms = ts_ms[:, None] - back_ms
        return Portion(
            block=self,
            first=first,
            device=speaks.nonzero()[0],
            ts_ms=times_ms[speaks],
            seq=seq[speaks],
            values=steps[speaks],
            fault=np.full(np.count_nonzero(speaks), NO_FAULT, np.uint8),
        )

    def _step(self, environment: SiteEnvironment, now_ms: int) -> Floats:
        elapsed_ms = 0 if self._stepped_ms is None else max(0, now_ms - self._stepped_ms)
        self._stepped_ms = now_ms
        arrays = self._model.step(EPOCH + now_ms * MILLISECOND, elapsed_ms / 1_000, environment)
        return finish(self.kind, arrays)

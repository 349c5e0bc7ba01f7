"""Plays a fleet in simulated time: no I/O and no wall clock, so every run can be repeated.

A group's devices do not report all at once, or the broker would see a burst and then nothing. The
interval is cut into slots, and each slot is the turn of every n-th device. At each turn the model
of the *whole* group is stepped, and only the devices whose turn it is are reported: so a reading
is what the device measures at its very timestamp (not what it measured when its interval began),
and devices that depend on each other, as guns on one pump do, stay together. It costs little more
than stepping a slot's devices alone, because at these sizes numpy's time goes into calls, not into
elements; groups of tens of thousands and more have fewer turns, and more devices in each.

A device whose state changes says so at once, as devices in the field do, and not only at its turn.
So nothing that lasts for a single step is missed: when the mains fail, all meters gasp together.

Randomness hangs on seed, site, kind and the group's prefix, and on nothing else: adding gateways,
sites or groups to a fleet does not change what the others report.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.environment.region import Region, SiteEnvironment
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.readings import finish
from devices.simulator.state_changes import StateChanges

SHORTEST_TURN_S = 0.25
FEWEST_DEVICES = 8  # a turn of fewer is not worth the stepping of the group
MOST_STEPS_PER_S = 100_000  # of devices, that a group of very many may cost in a simulated second

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Readings that some devices of one group make at one moment.

    Attributes:
        ts_ms: When, in simulated time, Unix milliseconds.
        group: Index into `Fleet.groups`.
        devices: Shape (n,), indices into the group's names.
        seq: Shape (n,), each device's own count of its readings, from 0.
        values: Shape (n, fields), as `devices.readings.finish` gives them.
    """

    ts_ms: int
    group: int
    devices: NDArray[np.intp]
    seq: NDArray[np.int64]
    values: Floats


class Simulation:
    """A fleet from a moment on; equal seed, start and fleet give equal turns.

    Args:
        fleet: What to play; its gateways do not matter.
        seed: Of weather, grid and devices, not negative.
        start: Aware time at which everything begins.
    """

    def __init__(self, fleet: Fleet, *, seed: int, start: datetime) -> None:
        region = Region(seed, [event.starting(start) for event in fleet.events])
        start_ms = (start - EPOCH) // MILLISECOND
        environments = {site.place.name: region.at(site.place) for site in fleet.sites}
        self._players = [
            _Player(number, group, environments[group.site], seed=seed, start_ms=start_ms)
            for number, group in enumerate(fleet.groups)
        ]

    def turns(self) -> Iterator[Turn]:
        """Yield turns for ever, in the order of their times; call it once.

        A turn has the devices whose turn it is and those whose state changed, without those that
        say nothing; in an outage that may be none at all.
        """
        due = [(player.due_ms, number) for number, player in enumerate(self._players)]
        heapq.heapify(due)
        while due:
            _, number = due[0]
            yield self._players[number].play()
            heapq.heapreplace(due, (self._players[number].due_ms, number))


class _Player:
    """Plays one group."""

    def __init__(
        self,
        number: int,
        group: DeviceGroup,
        environment: SiteEnvironment,
        *,
        seed: int,
        start_ms: int,
    ) -> None:
        rng = _random(seed, group)
        self._number = number
        self._kind = group.kind
        self._environment = environment
        self._interval_ms = round(group.interval_s * 1_000)
        self._slots = _slots(group)
        self._begin_ms = start_ms + int(rng.integers(self._interval_ms // self._slots))
        self._model = group.kind.model(group.population, rng)
        self._changes = StateChanges(group.kind, len(group))
        self._played = 0
        self._played_ms = self._begin_ms
        self._seq = np.zeros(len(group), dtype=np.int64)

    @property
    def due_ms(self) -> int:
        """When the next turn is."""
        # A multiple of the interval divided, and not of the divided interval, or it would drift.
        return self._begin_ms + self._played * self._interval_ms // self._slots

    def play(self) -> Turn:
        """Advance to the next turn and return what is said at it."""
        ts_ms = self.due_ms
        now = EPOCH + ts_ms * MILLISECOND
        dt_s = (ts_ms - self._played_ms) / 1_000
        arrays = self._model.step(now, dt_s, self._environment)
        speaks = self._changes.seen_in(arrays)
        speaks[self._played % self._slots :: self._slots] = True
        (devices,) = speaks.nonzero()
        self._played += 1
        self._played_ms = ts_ms
        values = finish(self._kind, {name: array[devices] for name, array in arrays.items()})
        return self._turn(ts_ms, devices, values)

    def _turn(self, ts_ms: int, devices: NDArray[np.intp], values: Floats) -> Turn:
        silent = np.isnan(values).all(axis=1)
        if silent.any():
            devices, values = devices[~silent], values[~silent]
        seq = self._seq[devices]
        self._seq[devices] += 1
        return Turn(ts_ms=ts_ms, group=self._number, devices=devices, seq=seq, values=values)


def _slots(group: DeviceGroup) -> int:
    """Return how many turns the devices of a group are spread over."""
    wanted = min(
        len(group) / FEWEST_DEVICES,
        group.interval_s / SHORTEST_TURN_S,
        MOST_STEPS_PER_S * group.interval_s / len(group),
    )
    return max(1, int(wanted))


def _random(seed: int, group: DeviceGroup) -> np.random.Generator:
    name = f"{group.site}/{group.kind.name}/{group.prefix}"
    return np.random.default_rng([seed, *sha256(name.encode()).digest()])

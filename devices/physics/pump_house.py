"""A pump house that all guns of a resort drink from, and whose turn it is."""

import math

import numpy as np

from devices.arrays import Floats
from devices.physics.processes import Booleans

BLOCK_SHARE = 0.1  # of the guns start or stop together, or the water would hammer in the pipe
BLOCK_EVERY_S = 180.0
FILLED_RATIO = 0.97  # of what the pumps give; another gun starts only below
OVERLOADED_RATIO = 1.08  # a little too much only lowers the pressure; above, guns must stop


class PumpHouse:
    """Lets guns start, and bids them stop, block by block and as the pumps allow.

    Guns take turns in the order in which they stand on the line, so that neighbours start
    together; who stops goes to the end. Where the cold deepens, each gun drinks more, and fewer
    can run.

    Args:
        count: Number of guns.
        rng: Draws where on the line the turns begin.
        capacity_lpm: Water that the pumps can give.
        most_running_ratio: Share of the guns that the power supply carries at once.
    """

    def __init__(
        self,
        count: int,
        rng: np.random.Generator,
        *,
        capacity_lpm: float,
        most_running_ratio: float,
    ) -> None:
        self._capacity_lpm = capacity_lpm
        self._most_running = max(1, math.floor(most_running_ratio * count))
        self._block = max(1, round(BLOCK_SHARE * count))
        self._turn = (np.arange(count) - rng.integers(count)) % count
        self._last_turn = count - 1
        self._since_block_s = 0.0

    def first_turn(self, waiting: Booleans, wanted_lpm: Floats) -> Booleans:
        """Return who runs at the beginning: as many of those that wait as there is water for."""
        none = np.zeros_like(waiting)
        return self._next(waiting, none, wanted_lpm, at_most=len(waiting))

    def turns(
        self,
        dt_s: float,
        *,
        waiting: Booleans,
        running: Booleans,
        done: Booleans,
        wanted_lpm: Floats,
    ) -> tuple[Booleans, Booleans]:
        """Return who may start and who must stop, both shape (n,).

        Args:
            dt_s: Seconds since the last call; a long step moves several blocks at once.
            waiting: Who could start.
            running: Who starts or produces.
            done: Who has produced long enough to make room for somebody that waits.
            wanted_lpm: What each gun draws, or would draw.
        """
        nobody = np.zeros_like(waiting)
        blocks = self._blocks(dt_s)
        if not blocks:
            return nobody, nobody
        stop = self._too_many(running, wanted_lpm, at_most=blocks * self._block)
        start = nobody
        if not stop.any():
            start = self._next(waiting, running, wanted_lpm, at_most=blocks * self._block)
            if waiting.any() and not start.any():
                stop = self._first(done, self._block)
        if start.any() or stop.any():
            self._since_block_s = 0.0
        self._to_the_end(stop)
        return start, stop

    def _blocks(self, dt_s: float) -> int:
        """Return how many blocks may move now; time in which none moved is not saved up."""
        self._since_block_s += dt_s
        if self._since_block_s < BLOCK_EVERY_S:
            return 0
        return max(1, math.floor(dt_s / BLOCK_EVERY_S))

    def _next(
        self, waiting: Booleans, running: Booleans, wanted_lpm: Floats, *, at_most: int
    ) -> Booleans:
        """Return the guns whose turn it is, as far as water and power go."""
        room_lpm = FILLED_RATIO * self._capacity_lpm - wanted_lpm @ running
        places = min(at_most, self._most_running - np.count_nonzero(running))
        chosen = self._in_order(waiting)[: max(places, 0)]
        return self._mask(chosen[np.cumsum(wanted_lpm[chosen]) <= room_lpm])

    def _too_many(self, running: Booleans, wanted_lpm: Floats, *, at_most: int) -> Booleans:
        """Return who must stop when the pumps are overloaded: whoever has run longest."""
        excess_lpm = wanted_lpm @ running - self._capacity_lpm
        if excess_lpm <= (OVERLOADED_RATIO - 1.0) * self._capacity_lpm:
            return np.zeros_like(running)
        order = self._in_order(running)
        needed = np.searchsorted(np.cumsum(wanted_lpm[order]), excess_lpm) + 1
        return self._mask(order[: min(at_most, int(needed))])

    def _first(self, among: Booleans, at_most: int) -> Booleans:
        return self._mask(self._in_order(among)[:at_most])

    def _in_order(self, among: Booleans) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        (guns,) = among.nonzero()
        return guns[np.argsort(self._turn[guns])]

    def _mask(self, guns: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Booleans:
        mask = np.zeros(len(self._turn), dtype=np.bool_)
        mask[guns] = True
        return mask

    def _to_the_end(self, stopped: Booleans) -> None:
        guns = self._in_order(stopped)
        self._turn[guns] = self._last_turn + 1 + np.arange(len(guns))
        self._last_turn += len(guns)

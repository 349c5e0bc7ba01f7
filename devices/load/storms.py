"""Breaks all connections of a load at once, now and then."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from devices.faults.catalog import MINUTE_S, ReconnectStorm
from devices.faults.plan import FaultPlan
from devices.load.connection import Connection


class Storms:
    """The storms of a plan.

    Args:
        plan: The faults.
        connections: All of them.
        now_s: Seconds from the beginning of the load.
        end_s: When the last message is due; no storm comes later.

    Attributes:
        cut: Connections broken so far, by the fault's place in the plan, from 1.
    """

    def __init__(
        self,
        plan: FaultPlan,
        connections: Sequence[Connection],
        now_s: Callable[[], float],
        end_s: float,
    ) -> None:
        self._connections = connections
        self._now_s = now_s
        self._times = sorted(
            (at_s, code)
            for code, entry in enumerate(plan.entries, start=1)
            if isinstance(entry, ReconnectStorm) and entry.per_minute
            for at_s in storm_times_s(entry, end_s)
        )
        self.cut: Counter[int] = Counter()

    async def run(self) -> None:
        """Have them break out until the last one is over."""
        for at_s, code in self._times:
            await asyncio.sleep(max(0.0, at_s - self._now_s()))
            for connection in self._connections:
                self.cut[code] += connection.online.is_set()
                connection.cut()


def storm_times_s(storm: ReconnectStorm, end_s: float) -> list[float]:
    """Return when storms break out before an end, in seconds from the beginning."""
    interval_s = MINUTE_S / storm.per_minute
    count = int(end_s / interval_s + 0.5)
    return [(number + 0.5) * interval_s for number in range(count)]

"""Plays a fleet into a broker, in real time or faster."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from devices.faults.catalog import MINUTE_S, OfConnections
from devices.faults.plan import FaultPlan
from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress
from devices.gateways.gateway import GatewayConnection, Uplink
from devices.gateways.publisher import Publisher
from devices.simulator.afflictions import Afflictions
from devices.simulator.feed import Feed
from devices.simulator.pace import Pace, default_start
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulation import EPOCH, MILLISECOND, Simulation

CONNECTING_S = 5.0
FINISHING_S = 5.0
POLL_S = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorPlan:
    """What is played, apart from the fleet.

    Attributes:
        seed: Of weather, grid and devices, not negative. Equal seed, start and fleet give equal
            readings.
        start: Aware simulated time at the beginning, not in the future; None for the one that
            `default_start` gives.
        speed: Simulated seconds per second, more than 0, until simulated time has caught up with
            the clock.
        duration_s: Length of the run in real time, or None for one without end. A broker slower
            than the fleet makes the run longer, not the simulated time shorter.
        qos: Quality of service of telemetry.
        faults: What goes wrong on the way.
    """

    seed: int = 0
    start: datetime | None = None
    speed: float = 1.0
    duration_s: float | None = None
    qos: Literal[0, 1] = 1
    faults: FaultPlan = field(default_factory=FaultPlan)


def system_ms() -> int:
    """Return the wall clock, Unix milliseconds."""
    return time.time_ns() // 1_000_000


async def run_simulator(  # noqa: PLR0913 - the last two have defaults for all but tests
    fleet: Fleet,
    address: BrokerAddress,
    plan: SimulatorPlan,
    *,
    stop: asyncio.Event,
    progress: SimulatorProgress,
    now_ms: Callable[[], int] = system_ms,
    jitter: random.Random | None = None,
) -> None:
    """Play a fleet into a broker until the plan ends or `stop` is set.

    Gateways that cannot connect go on trying and keep their readings meanwhile; `progress` says
    why. At the end they get `FINISHING_S` seconds to publish what waits, and say offline. What
    then still waits is in `progress.waiting`. Cancelled, it leaves the offline statuses to the
    broker.

    Args:
        fleet: What to play.
        address: Where to.
        plan: From when, how fast, how long.
        stop: Set it to end in order.
        progress: Figures to keep up to date.
        now_ms: Wall clock, Unix milliseconds.
        jitter: Draws the waits between attempts to connect.
    """
    uplink = Uplink(
        address=address, progress=progress, now_ms=now_ms, jitter=jitter or random.SystemRandom()
    )
    progress.devices, progress.gateways = fleet.device_count, len(fleet.gateways)
    publishers = {name: Publisher(qos=plan.qos, progress=progress) for name in fleet.gateways}
    connections = [GatewayConnection(name, publishers[name], uplink) for name in fleet.gateways]
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(connection.run(), name=f"gateway.{gateway.site}.{gateway.name}")
            for gateway, connection in zip(fleet.gateways, connections, strict=True)
        ]
        player = _Player(plan, connections, progress, stop)
        afflictions = Afflictions(plan.faults, plan.seed, fleet, progress.faulty)
        feed = Feed(fleet, publishers, progress, afflictions if plan.faults else None)
        storms = [
            tasks.create_task(_storm(storm, connections, progress), name="simulator.storm")
            for storm in plan.faults.of_connections
        ]
        await player.play(fleet, feed, begun_ms=now_ms())
        for storm in storms:
            storm.cancel()
        for connection in connections:
            connection.finish()
        _, unfinished = await asyncio.wait(running, timeout=FINISHING_S)
        for task in unfinished:
            task.cancel()


async def _storm(
    storm: OfConnections, connections: Sequence[GatewayConnection], progress: SimulatorProgress
) -> None:
    """Break all connections again and again, in real time, until cancelled."""
    interval_s = MINUTE_S / storm.per_minute if storm.per_minute else math.inf
    await asyncio.sleep(interval_s / 2)
    while True:
        progress.faulty[storm.name()] += sum(connection.cut() for connection in connections)
        await asyncio.sleep(interval_s)


class _Player:
    """Makes simulated time pass in real time."""

    def __init__(
        self,
        plan: SimulatorPlan,
        connections: Sequence[GatewayConnection],
        progress: SimulatorProgress,
        stop: asyncio.Event,
    ) -> None:
        self._plan = plan
        self._connections = connections
        self._progress = progress
        self._stop = stop
        self._now_s = asyncio.get_running_loop().time

    async def play(self, fleet: Fleet, feed: Feed, *, begun_ms: int) -> None:
        """Give each turn to the feed when its time has come, until the end or `stop`."""
        pace = self._pace(begun_ms)
        start = EPOCH + pace.start_ms * MILLISECOND
        duration_s = self._plan.duration_s
        end_ms = None if duration_s is None else pace.end_ms(duration_s)
        self._progress.start_ms = self._progress.simulated_ms = pace.start_ms
        await self._all_have_tried_to_connect()
        begun_s = self._now_s()
        for turn in Simulation(fleet, seed=self._plan.seed, start=start).turns():
            next_ms = turn.ts_ms if end_ms is None else min(turn.ts_ms, end_ms)
            await self._wait_until(begun_s + pace.due_s(next_ms))
            if self._stop.is_set():
                return
            self._progress.simulated_ms = next_ms
            if next_ms == end_ms:
                return
            feed.give(turn)
            await self._wait_while(lambda: any(c.crowded for c in self._connections))

    def _pace(self, begun_ms: int) -> Pace:
        plan = self._plan
        begun = EPOCH + begun_ms * MILLISECOND
        start = plan.start or default_start(begun, speed=plan.speed, duration_s=plan.duration_s)
        return Pace(begun_ms=begun_ms, start_ms=(start - EPOCH) // MILLISECOND, speed=plan.speed)

    async def _all_have_tried_to_connect(self) -> None:
        # At many times the clock's speed, a backlog would overflow before the first connection.
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECTING_S):
                await self._wait_while(lambda: not all(c.tried for c in self._connections))

    async def _wait_until(self, moment_s: float) -> None:
        wait_s = moment_s - self._now_s()
        self._progress.late_s = max(0.0, -wait_s)
        if wait_s <= 0:
            await asyncio.sleep(0)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._stop.wait()

    async def _wait_while(self, condition: Callable[[], bool]) -> None:
        while condition() and not self._stop.is_set():  # noqa: ASYNC110 - of many, and seldom
            await asyncio.sleep(POLL_S)

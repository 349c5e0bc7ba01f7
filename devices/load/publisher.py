"""Publishes a workload by the clock, whether or not the broker keeps up: an open loop.

Messages are made a little ahead of their time, and handed to their connections when they are due.
While far too many wait at the connections none are made, or memory would run out; the clock goes
on meanwhile, and the latency of what is late counts from when it was due.
"""

import asyncio
import random
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np

from devices.gateways.broker import BrokerAddress
from devices.load.connection import Connection, Item
from devices.load.delivery import FaultyDelivery
from devices.load.histogram import Histogram, HistogramData
from devices.load.meter import Meter
from devices.load.outcomes import Outcome
from devices.load.plan import LoadPlan
from devices.load.pool import Gate, Pool
from devices.load.report import LoadReport
from devices.load.storms import Storms
from devices.load.workload import LoadMessage, Stage, Workload, unchanged

TICK_S = 0.001
AHEAD_S = 0.5
FEWEST_AHEAD = 500
MOST_WAITING = 200_000  # messages given to connections and not settled
FINISHING_TICK_S = 0.01
MAXRSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024

Clock = Callable[[], float]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a publisher has come.

    Attributes:
        at_s: Seconds since the first message was due.
        intended: Messages that were due so far.
        sent: Messages written to a connection.
        acknowledged: Messages that the broker took.
        refused: Messages that the broker refused.
        online: Connections that are up.
        connections: Connections that there should be.
        latency: From due to acknowledged, since the progress before this one.
    """

    at_s: float
    intended: int
    sent: int
    acknowledged: int
    refused: int
    online: int
    connections: int
    latency: HistogramData


class Publisher:
    """Publishes one shard of a load.

    Args:
        workload: What.
        plan: How fast, over how many connections.
        address: Where to.
        stage: What is done to messages on their way to the connections; None for what the faults
            of the plan do.
        clock: Monotonic seconds, the same in all processes of the machine.
    """

    def __init__(
        self,
        workload: Workload,
        plan: LoadPlan,
        address: BrokerAddress,
        *,
        stage: Stage | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        self._workload = workload
        self._schedule = workload.schedule
        self._plan = plan
        self._stage = stage or _stage_of(workload, plan)
        self._clock = clock
        self._begin_s = clock()
        self.meter = Meter(self._schedule, plan.warmup_s)
        self._connections = [
            self._connection(number, address)
            for number in range(min(plan.connections, workload.devices))
        ]
        rng = random.Random(plan.seed)  # noqa: S311 - spreads attempts, keeps no secret
        self._pool = Pool(self._connections, address, Gate(plan.connects_per_s, clock), rng)
        self._storms = Storms(plan.faults, self._connections, self._now_s, self._schedule.end_s)
        self._ahead: deque[tuple[int, Connection, Item]] = deque()  # the first: when it is due
        self._most_ahead = max(
            FEWEST_AHEAD, int(AHEAD_S * self._schedule.total / self._schedule.end_s)
        )
        self._released = 0
        self._next = 0  # number of the first message that was not made yet
        self._told = Histogram()
        self._opening_s = 0.0

    async def open(self) -> None:
        """Connect.

        Raises:
            BrokerInvalid: The broker cannot be reached, or turns us away.
        """
        begun_s = self._clock()
        await self._pool.open()
        self._opening_s = self._clock() - begun_s

    async def publish(self, start_ms: int, begin_s: float, stop: asyncio.Event) -> LoadReport:
        """Publish until all is published and acknowledged, or `stop` is set, or time has run out.

        The connections are closed in the end, however it ends.

        Args:
            start_ms: When the first message is due, Unix milliseconds.
            begin_s: The same moment by the clock.
            stop: Set it to end early; what was sent is still waited for.
        """
        cpu_s = time.process_time()
        self._begin_s = begin_s
        made = iter(self._workload.messages(start_ms))
        try:
            async with asyncio.TaskGroup() as tasks:
                keeping = tasks.create_task(self._pool.keep_open(), name="load.pool")
                storming = tasks.create_task(self._storms.run(), name="load.storms")
                due = await self._run(made, stop)
                storming.cancel()
                await self._settle()
                keeping.cancel()
        finally:
            elapsed_s = self._now_s()
            await self._pool.close()
        self.meter.update(elapsed_s)
        return self._report(start_ms, elapsed_s, due, time.process_time() - cpu_s, stop)

    def progress(self) -> Progress:
        """Return how far it has come."""
        now_s = self._now_s()
        self.meter.update(max(0.0, now_s))
        new = Histogram()
        new.counts = self.meter.latency.counts - self._told.counts
        new.max_s = self.meter.latency.max_s
        self._told = Histogram.of(self.meter.latency.data())
        return Progress(
            at_s=now_s,
            intended=self._intended(self._schedule.due(now_s)),
            sent=self.meter.sent,
            acknowledged=self.meter.acknowledged,
            refused=self.meter.refused,
            online=self._pool.online,
            connections=len(self._connections),
            latency=new.data(),
        )

    def _now_s(self) -> float:
        return self._clock() - self._begin_s

    def _connection(self, number: int, address: BrokerAddress) -> Connection:
        shard = self._plan.shard
        client_id = f"load-{self._plan.seed}-{shard.number}-of-{shard.count}-{number + 1}"
        return Connection(
            client_id, address.login(client_id), self._plan.qos, meter=self.meter, now_s=self._now_s
        )

    async def _run(self, made: Iterator[Sequence[LoadMessage]], stop: asyncio.Event) -> int:
        """Publish what is due, when it is due; return how many messages were due in the end."""
        last_s = self._schedule.end_s + self._plan.drain_s
        while not stop.is_set():
            now_s = self._now_s()
            due = self._schedule.due(now_s)
            self._release(due)
            # Before their time, messages are made in peace; after it, reading goes first.
            more = self._has_room() and self._make(made)
            behind = more and self._next < due
            if (
                not more and not self._ahead and self._next >= self._schedule.total
            ) or now_s > last_s:
                return due
            await asyncio.sleep(0 if more or behind else TICK_S)
        return self._schedule.due(self._now_s())

    def _has_room(self) -> bool:
        waiting = self._released - self.meter.acknowledged - self.meter.refused
        return len(self._ahead) < self._most_ahead and waiting < MOST_WAITING

    def _make(self, made: Iterator[Sequence[LoadMessage]]) -> bool:
        """Make some messages; return whether there were any left to make."""
        messages = next(made, None)
        if messages is None:
            self._queue(self._stage(()))
            self._next = self._schedule.total
            return False
        self._queue(self._stage(messages))
        self._next = messages[-1].number + 1
        return True

    def _queue(self, messages: Sequence[LoadMessage]) -> None:
        connections, ahead, add = self._connections, self._ahead, self.meter.outcomes.add
        for message in messages:
            number = due = message.number
            if message.due >= 0:
                due = message.due
                number = add(number, due)
            connection = connections[message.device % len(connections)]
            ahead.append((due, connection, connection.item(number, message)))

    def _release(self, due: int) -> None:
        """Hand messages that are due to their connections."""
        ahead, numbers, touched = self._ahead, list[int](), set[Connection]()
        while ahead and ahead[0][0] < due:
            _, connection, item = ahead.popleft()
            connection.due.append(item)
            numbers.append(item.number)
            touched.add(connection)
        if numbers:
            self._released += len(numbers)
            self.meter.outcomes.note(np.array(numbers), Outcome.INTENDED)
        for connection in touched:
            connection.pump()

    async def _settle(self) -> None:
        """Wait for acknowledgements, but not for ever."""
        last_s = max(self._now_s(), self._schedule.end_s) + self._plan.drain_s
        while any(connection.waiting for connection in self._connections):
            if self._now_s() > last_s:
                return
            await asyncio.sleep(FINISHING_TICK_S)

    def _intended(self, due: int) -> int:
        """Return how many messages were due: those released, and those not even made."""
        return self._released + max(0, due - self._next)

    def _report(
        self, start_ms: int, elapsed_s: float, due: int, cpu_s: float, stop: asyncio.Event
    ) -> LoadReport:
        meter = self.meter
        return LoadReport(
            devices=self._workload.devices,
            connections=meter.connections,
            reconnects=meter.reconnects,
            start_ms=start_ms,
            elapsed_s=elapsed_s,
            stopped=stop.is_set(),
            intended=self._intended(due),
            sent=meter.sent,
            acknowledged=meter.acknowledged,
            readings=meter.readings,
            refused=meter.refused,
            resent=meter.resent,
            cut=dict(self._storms.cut),
            reasons=dict(meter.reasons),
            latency=meter.latency.data(),
            lateness=meter.lateness.data(),
            connecting=meter.connecting.data(),
            opening_s=self._opening_s,
            seconds=meter.seconds(),
            sent_by_due_s=meter.sent_by_due_s.tolist(),
            cpu_s=cpu_s,
            memory_bytes=resident_bytes(),
        )


def _stage_of(workload: Workload, plan: LoadPlan) -> Stage:
    if not plan.faults:
        return unchanged
    return FaultyDelivery(plan.faults, plan.seed, workload.devices, workload.schedule.total)


def resident_bytes() -> int:
    """Return the most that this process ever had resident."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT_BYTES

"""Empties the spool into the database, several write calls at a time."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from itertools import groupby

from ingest.errors import SpoolFull
from ingest.first_of import first_of
from ingest.settings_stores import InfluxdbSettings
from ingest.spool.spool import Spool
from ingest.stores.batches import Batch, Batches, Progress
from ingest.stores.delivery import Delivery, LineWriter, Refused
from ingest.stores.feed import Feed, Leaving
from ingest.stores.size_limit import SizeLimit
from ingest.stores.trouble import Trouble

MOST_BODY_BYTES = 1024 * 1024 - 1  # from 1 MiB on aiohttp warns that sending blocks the loop
SAVE_S = 1.0
STOP_S = 2.0
REFUSE_RETRY_S = 5.0

Refuse = Callable[[Sequence[bytes], str], Awaitable[None]]
"""Sets lines aside that the database refused, with what it said; durably, or it raises."""

log = logging.getLogger(__name__)


class Shipper:
    """Sends what is in the spool, and moves the spool's position behind it.

    Several lanes each send one batch at a time, so calls overtake one another, and after an
    outage live lines overtake the backlog; the position moves over what is done without a gap. A
    crash sends some lines again, which changes nothing. Only where one device gives two different
    values for one field and one timestamp, in calls that are under way together or on both sides
    of an outage, is it open which of them stays.

    Attributes:
        progress: What became of the points.
        trouble: What keeps them from the database.
    """

    def __init__(  # noqa: PLR0913 - time and chance are passed in
        self,
        spool: Spool,
        writer: LineWriter,
        settings: InfluxdbSettings,
        refuse: Refuse,
        *,
        name: str = "readings",
        live_first: bool = False,
        sleep: Callable[[float], Coroutine[None, None, None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        rng: random.Random | None = None,
    ) -> None:
        """Prepare to ship; `start` begins.

        Args:
            spool: Where lines come from; this is its only reader.
            writer: Where they go.
            settings: Lines a call carries, and calls at the same time.
            refuse: Takes the lines that the database will not have.
            name: What is shipped, for the names of its tasks.
            live_first: Whether lines that have just come are sent before an older backlog; else
                all go in order. As in the spool.
            sleep: Waits seconds.
            clock: Monotonic time in seconds.
            rng: Spreads retries.
        """
        self.progress = Progress()
        self.trouble = Trouble(clock)
        self._spool = spool
        self._refuse = refuse
        self._in_flight = settings.in_flight
        self._name = name
        self._sleep = sleep
        self._clock = clock
        self._saved_at = clock()
        lines = settings.batch_lines
        self._feed = Feed(
            spool,
            live=Batches(lines, MOST_BODY_BYTES),
            backlog=Batches(lines, MOST_BODY_BYTES, is_backlog=True) if live_first else None,
            lanes=settings.in_flight,
            rest=self._rest,
            clock=clock,
        )
        self._delivery = Delivery(
            writer,
            rest=self._rest,
            trouble=self.trouble,
            limit=SizeLimit(MOST_BODY_BYTES, clock),
            rng=rng or random.Random(),  # noqa: S311 - spreads retries, guards nothing
        )
        self._lanes: list[asyncio.Task[None]] = []
        self._stop = asyncio.Event()
        self._moved = asyncio.Event()

    def start(self, tasks: asyncio.TaskGroup) -> None:
        """Begin shipping."""
        self._lanes = [
            tasks.create_task(self._lane(), name=f"ingest.ship.{self._name}.{number}")
            for number in range(self._in_flight)
        ]

    def notify(self) -> None:
        """Say that lines were appended to the spool."""
        self._feed.notify()

    async def drain(self) -> None:
        """Return once nothing waits any more."""
        while self._spool.waiting:
            await self.shipped(self._spool.next_point)

    async def shipped(self, point: int) -> None:
        """Return once every point before `point` is in the database or set aside."""
        while self._spool.shipped_point < point:
            self._moved.clear()
            await self._moved.wait()

    async def stop(self) -> None:
        """Stop soon: calls under way get a short while, the rest stays in the spool."""
        self._stop.set()
        self._feed.leave()
        if self._lanes:
            _, late = await asyncio.wait(self._lanes, timeout=STOP_S)
            for lane in late:
                lane.cancel()

    async def _lane(self) -> None:
        with suppress(Leaving):
            while True:
                batch = await self._feed.next()
                await self._ship(batch)
                self._feed.done(batch)

    async def _ship(self, batch: Batch) -> None:
        if batch.body:
            refused = await self._delivery.deliver(batch.body)
            batch.refused = len(refused)
            await self._set_aside(refused)
        new = self._spool.release(batch.first_point, batch.end_point)
        self.progress.account(batch, new)
        self._moved.set()
        if self._clock() - self._saved_at >= SAVE_S:
            self._saved_at = self._clock()
            await asyncio.to_thread(self._spool.save)

    async def _set_aside(self, refused: list[Refused]) -> None:
        for message, group in groupby(refused, lambda each: each.message):
            await self._set_aside_together([each.line for each in group], message)

    async def _set_aside_together(self, lines: list[bytes], message: str) -> None:
        log.warning("the database refused %d lines: %s", len(lines), message)
        while True:
            try:
                await self._refuse(lines, message)
            except (OSError, SpoolFull) as error:
                log.error("refused lines could not be set aside, will try again: %s", error)  # noqa: TRY400
                await self._rest(REFUSE_RETRY_S)
            else:
                return

    async def _rest(self, seconds: float) -> None:
        """Wait, or raise `Leaving` as soon as the shipper stops."""
        await first_of(self._sleep(seconds), self._stop.wait())
        if self._stop.is_set():
            raise Leaving

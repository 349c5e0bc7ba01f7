"""What is shipped next: readings that have just come first, and an older backlog beside them.

After an outage, or a start with a full spool, the spool's reader is split (see
`ingest.spool.reader`): live lines come out of memory, the backlog from disk. Calls are made of the
one or the other:

- live lines go as soon as they fill a call, or have waited a moment for company;
- else the backlog goes, in all lanes but one, so that there is always a lane for live lines;
- and after so many live calls in a row one is of the backlog, so that it never stands still.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from ingest.spool.spool import Spool
from ingest.stores.batches import Batch, Batches

READ_BYTES = 4 * 1024 * 1024
LINGER_S = 0.1
MOST_LIVE_IN_A_ROW = 7


class Leaving(Exception):
    """The shipper stops; what is not yet in the database stays in the spool."""


class Feed:
    """Hands out write calls to any number of lanes.

    Args:
        spool: Where lines come from; this is its only reader.
        live: Cuts live lines, or all lines where they go in order.
        backlog: Cuts the backlog; None ships everything in the order it was appended.
        lanes: How many calls are under way at the most.
        rest: Waits seconds; raises `Leaving` as soon as the shipper stops.
        clock: Monotonic time in seconds.
    """

    def __init__(  # noqa: PLR0913 - time is passed in
        self,
        spool: Spool,
        *,
        live: Batches,
        backlog: Batches | None,
        lanes: int,
        rest: Callable[[float], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spool = spool
        self._live = live
        self._backlog = backlog
        self._rest = rest
        self._clock = clock
        self._lanes_for_backlog = max(lanes - 1, 1)
        self._backlog_under_way = 0
        self._live_in_a_row = 0
        self._lingers_until: float | None = None
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._leaving = False

    def notify(self) -> None:
        """Say that lines were appended to the spool."""
        self._changed.set()

    def leave(self) -> None:
        """Hand out nothing more."""
        self._leaving = True
        self._changed.set()

    def done(self, batch: Batch) -> None:
        """Say that a call that was handed out is over."""
        if batch.is_backlog:
            self._backlog_under_way -= 1
            self._changed.set()

    async def next(self) -> Batch:
        """Wait for lines, and return the next write call.

        Raises:
            Leaving: The shipper stops.
        """
        async with self._turn:
            while True:
                if self._leaving:
                    raise Leaving
                self._changed.clear()
                await self._read_live()
                if self._live_is_due() and not (self._overdue() and self._backlog_may_go()):
                    self._live_in_a_row += 1
                    self._lingers_until = None
                    return self._live.take()
                if batch := await self._next_of_backlog():
                    return batch
                if self._live:
                    await self._rest(LINGER_S)
                    self._lingers_until = self._clock()
                else:
                    await self._changed.wait()

    async def _read_live(self) -> None:
        while not self._live.full:
            records = self._spool.read_memory(READ_BYTES)
            if not records and self._backlog is None and self._spool.unread:
                records = await asyncio.to_thread(self._spool.read_disk, READ_BYTES)
            if not records:
                return
            self._live.add(records)

    def _live_is_due(self) -> bool:
        if not self._live:
            return False
        if self._lingers_until is None:
            self._lingers_until = self._clock() + LINGER_S
        return self._live.full or self._clock() >= self._lingers_until

    def _overdue(self) -> bool:
        """Tell whether it is the backlog's turn, however much there is of live lines."""
        return self._live_in_a_row >= MOST_LIVE_IN_A_ROW

    def _backlog_may_go(self) -> bool:
        return (
            self._backlog is not None
            and self._backlog_under_way < self._lanes_for_backlog
            and bool(self._backlog or self._spool.backlog)
        )

    async def _next_of_backlog(self) -> Batch | None:
        if self._backlog is None or not self._backlog_may_go():
            return None
        while not self._backlog.full and self._spool.backlog:
            self._backlog.add(await asyncio.to_thread(self._spool.read_disk, READ_BYTES))
        if not self._backlog:
            return None
        self._live_in_a_row = 0
        self._backlog_under_way += 1
        return self._backlog.take()

"""Brings lines into the database, whatever it answers."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import NamedTuple, Protocol

from devices.patience import Patience
from ingest.errors import StoreBusy, StoreDenied, StoreRefused, StoreTooLarge
from ingest.first_of import first_of
from ingest.spool.lines import cut, halve
from ingest.stores.size_limit import SizeLimit
from ingest.stores.trouble import Trouble

FIRST_WAIT_S = 0.5
MOST_WAIT_S = 10.0
MOST_RETRY_AFTER_S = 300.0
DENIED_WAIT_S = 15.0

Rest = Callable[[float], Coroutine[None, None, None]]
"""Waits so many seconds; what it raises ends the delivery, the lines staying in the spool."""


class Refused(NamedTuple):
    """A line that the database will not have, and what it said."""

    line: bytes
    message: str


class LineWriter(Protocol):
    """One write call to a database."""

    async def write(self, lines: bytes) -> None:
        """Write whole lines; when it returns, the database has them.

        Writing lines again changes nothing, so a call that failed may have written all, some or
        none.

        Raises:
            StoreBusy: The database cannot take them now.
            StoreDenied: It does not let us write; a person must act.
            StoreTooLarge: The call is too large.
            StoreRefused: One or more lines are bad.
        """
        ...


class Delivery:
    """Repeats, halves and searches until every line is in the database or known to be bad.

    What waits to be repeated is repeated at once when something else has been written: a database
    that is back is not left waiting. Only where it said itself how long to wait, that is heeded.
    """

    def __init__(
        self,
        writer: LineWriter,
        *,
        rest: Rest,
        trouble: Trouble,
        limit: SizeLimit,
        rng: random.Random,
    ) -> None:
        self._writer = writer
        self._rest = rest
        self._written = asyncio.Event()  # replaced each time it is set
        self._trouble = trouble
        self._limit = limit
        self._rng = rng

    async def deliver(self, body: bytes) -> list[Refused]:
        """Write lines, and return those that the database refuses."""
        refused: list[Refused] = []
        for part, _ in cut(body, max_lines=len(body), max_bytes=self._limit.max_bytes):
            refused += await self._deliver_part(part)
        return refused

    async def _deliver_part(self, body: bytes) -> list[Refused]:
        try:
            await self._write(body)
        except StoreTooLarge as error:
            self._limit.shrink(len(body) // 2)
            message = str(error)
        except StoreRefused as error:
            message = str(error)
            if error.lines == body.count(b"\n"):
                return [Refused(line, message) for line in body.splitlines(keepends=True)]
        else:
            return []
        # Good lines beside a bad one may be written or not, and which one is bad is not said;
        # but writing a line twice changes nothing.
        first, second = halve(body)
        if not second:
            return [Refused(first, message)]
        return await self._deliver_part(first) + await self._deliver_part(second)

    async def _write(self, body: bytes) -> None:
        patience = Patience(first_s=FIRST_WAIT_S, most_s=MOST_WAIT_S, rng=self._rng)
        while True:
            try:
                await self._writer.write(body)
            except StoreBusy as error:
                self._trouble.busy(error)
                if error.retry_after_s:
                    await self._rest(min(error.retry_after_s, MOST_RETRY_AFTER_S))
                else:
                    await self._rest_unless_written(patience.next_s())
            except StoreDenied as error:
                self._trouble.denied(error)
                await self._rest_unless_written(DENIED_WAIT_S)
            else:
                self._trouble.over()
                self._written.set()
                self._written = asyncio.Event()
                return

    async def _rest_unless_written(self, seconds: float) -> None:
        await first_of(self._rest(seconds), self._written.wait())

"""Alerts in the store: measurement `alert`, a row for each transition."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from ingest.alerts.forms import rows_of
from ingest.alerts.queue import TransitionQueue
from ingest.core.rows import Rows
from ingest.errors import SpoolFull
from ingest.rules.alert import Alert

logger = logging.getLogger(__name__)

MOST_WAITING = 100_000
MOST_ROWS = 2_000
RETRY_S = 1.0


class StoreOutput:
    """Implements `Output`: durable as soon as the store's disk has room.

    Args:
        commit_rows: Makes rows durable, as `Store.commit_rows` does.
        sleep: Waits.
    """

    def __init__(
        self,
        commit_rows: Callable[[Sequence[Rows]], Awaitable[None]],
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.complaint = ""
        self._commit_rows = commit_rows
        self._sleep = sleep
        self._queue = TransitionQueue(MOST_WAITING)

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:  # noqa: ARG002
        """Keep them for `run`."""
        self._queue.put(transitions)

    async def run(self) -> None:
        """Commit what waits until cancelled."""
        while True:
            some = await self._queue.first(MOST_ROWS)
            try:
                await self._commit_rows([rows_of(some)])
            except SpoolFull as error:
                self.complaint = f"alerts wait for room: {error}"
                await self._sleep(RETRY_S)
            else:
                self.complaint = ""
                self._queue.remove(some)

    async def finish(self) -> None:
        """Return when nothing waits."""
        await self._queue.emptied()

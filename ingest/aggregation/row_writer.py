"""Makes rows of windows durable: beside the event loop, and some at a time."""

import asyncio
import logging
from collections.abc import Iterator
from itertools import islice

from ingest.aggregation.figures import RollupFigures
from ingest.core.rows import Rows
from ingest.errors import SpoolFull
from ingest.stores.base import RowSink

ENOUGH_ROWS = 20_000
"""So many are committed together: a large fleet's take some hundred megabytes otherwise."""

DEVICES_AND_SITES = 2

log = logging.getLogger(__name__)


class RowWriter:
    """Gathers rows until there are enough of them to be committed.

    Args:
        sink: Where they go.
        figures: Told what keeps rows from being written.

    Attributes:
        sites: Rows of sites that were taken since the last flush, one at least of each window.
    """

    def __init__(self, sink: RowSink, figures: RollupFigures) -> None:
        self.sites: list[Rows] = []
        self._sink = sink
        self._figures = figures
        self._gathered: list[Rows] = []
        self._written = 0
        self._full = False

    async def take(self, rows: Iterator[Rows]) -> None:
        """Have rows made, to the last one, and commit them as there are enough."""
        while some := await asyncio.to_thread(tuple, islice(rows, DEVICES_AND_SITES)):
            self._gathered += some
            self.sites += [each for each in some if "device" not in each.tags]
            if sum(map(len, self._gathered)) >= ENOUGH_ROWS:
                await self._commit()

    async def flush(self) -> int | None:
        """Commit the rest, and return how many rows were written; None if there was no room."""
        await self._commit()
        written = None if self._full else self._written
        self._written, self._full, self.sites = 0, False, []
        return written

    async def _commit(self) -> None:
        gathered, self._gathered = self._gathered, []
        if not gathered:
            return
        try:
            await self._sink.commit_rows(gathered)
        except SpoolFull as error:
            self._full = True
            if not self._figures.write_complaint:
                log.warning("no room for rollups, they are made good later: %s", error)
            self._figures.write_complaint = f"no room for rollups: {error}"
        else:
            self._written += sum(map(len, gathered))
            self._figures.write_complaint = ""

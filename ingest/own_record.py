"""Writes the service's own figures into the store, for boards that have no Prometheus."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from ingest.core.rows import Rows
from ingest.errors import SpoolFull
from ingest.own_figures import DAY_MS, figures_row, tier_rows
from ingest.rollups.tiers import Tiers
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

EVERY_S = 10.0


async def record(  # noqa: PLR0913 - what it joins
    vitals: Vitals,
    commit_rows: Callable[[Sequence[Rows]], Awaitable[None]],
    *,
    instance: str,
    tiers: Tiers | None,
    now_ms: Callable[[], int],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Commit a row of figures every few seconds until cancelled.

    A row that finds no room is left out: the gap on the board is true.

    Args:
        vitals: What is recorded.
        commit_rows: Makes rows durable, as `Store.commit_rows` does.
        instance: Name of this service among others.
        tiers: Of the rollups, for readers that choose one by the range of time; None without.
        now_ms: Wall clock, Unix milliseconds.
        sleep: Waits.
    """
    day = -1
    while True:
        rows = [figures_row(vitals, instance=instance, now_ms=now_ms())]
        if tiers and now_ms() // DAY_MS != day:
            rows.append(tier_rows(tiers, now_ms=now_ms()))
        try:
            await commit_rows(rows)
        except SpoolFull as error:
            logger.debug("own figures found no room", extra={"reason": str(error)})
        else:
            day = now_ms() // DAY_MS
        await sleep(EVERY_S)

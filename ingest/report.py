"""One line of figures every few seconds: what the service is doing, for people who read logs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ingest.vitals import Vitals

logger = logging.getLogger(__name__)


class Tally(NamedTuple):
    """What has been counted by a moment of monotonic seconds."""

    at: float
    messages: int
    readings: int
    rejected: int
    stored: int
    stored_late: int


def tally(vitals: Vitals, at: float) -> Tally:
    """Read the counters."""
    ledger, state = vitals.ledger, vitals.store_state()
    return Tally(
        at,
        ledger.messages.received,
        ledger.readings.received,
        ledger.readings.rejected.total(),
        state.stored,
        state.stored_late,
    )


async def report(
    vitals: Vitals,
    interval_s: float,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Log figures until cancelled.

    Args:
        vitals: What to report.
        interval_s: Seconds between two lines.
        sleep: Waits.
    """
    loop = asyncio.get_running_loop()
    before = tally(vitals, loop.time())
    while True:
        await sleep(interval_s)
        now = tally(vitals, loop.time())
        if vitals.ledger.balanced:
            logger.info("figures", extra=figures(vitals, before, now))
        else:
            logger.error("the ledger does not balance", extra=figures(vitals, before, now))
        before = now


def figures(vitals: Vitals, before: Tally, now: Tally) -> dict[str, float | str]:
    """Return what the line shows: rates between two tallies, and where things stand."""
    elapsed_s = max(now.at - before.at, 1e-9)
    state = vitals.store_state()
    shown: dict[str, float | str] = {
        "messages_per_s": round((now.messages - before.messages) / elapsed_s, 1),
        "readings_per_s": round((now.readings - before.readings) / elapsed_s, 1),
        "rejected": now.rejected - before.rejected,
        "in_flight": vitals.ledger.messages.in_flight,
        "stored": state.stored,
        "waiting": state.waiting,
        "devices": vitals.devices,
    }
    late = now.stored_late - before.stored_late
    if state.backlog or late:
        shown["backlog"] = state.backlog
        shown["backlog_per_s"] = round(late / elapsed_s, 1)
        shown["live_per_s"] = round((now.stored - before.stored - late) / elapsed_s, 1)
    if vitals.rollups.backlog:
        shown["rollups_to_repair"] = vitals.rollups.backlog
    if vitals.lag_s is not None:
        shown["lag_s"] = round(vitals.lag_s, 2)
    if vitals.complaints:
        shown["complaint"] = "; ".join(vitals.complaints)
    return shown

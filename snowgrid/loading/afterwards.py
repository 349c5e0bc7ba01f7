"""What is found out about a run once it is over, by making its messages again."""

import asyncio
import math
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from devices.load.outcomes import Outcomes
from devices.load.workload import Workload
from snowgrid.loading.account import account_of
from snowgrid.loading.fault_counts import FaultAccount, added_accounts
from snowgrid.loading.result import RunReport
from snowgrid.loading.sending import Sending
from snowgrid.loading.verify_store import StoreToRead
from snowgrid.loading.verify_windows import Scope, verify_windows
from snowgrid.loading.workers import outcomes_file

CLOSING_S = 5.0  # until rows of a window that closed are in the store


async def accounted(report: RunReport, folder: Path) -> RunReport:
    """Return the report with how many of each fault were sent; as it is, if there were none.

    Args:
        report: Of a run.
        folder: With the outcomes of its messages.
    """
    if not report.order.faults:
        return report
    account = await asyncio.to_thread(_account, report, folder)
    return msgspec.structs.replace(report, faults=account)


async def windows_verified(report: RunReport, store: StoreToRead, folder: Path) -> RunReport:
    """Return the report with what the rollups of a store count; as it is, if there were no faults.

    Args:
        report: Of a run.
        store: With the rollups.
        folder: With the outcomes of the run's messages.

    Raises:
        StoreError: The store does not answer.
    """
    if not report.order.faults or store.windows is None:
        return report
    async with store.windows() as reader:
        found = await verify_windows(reader, sendings_of(report, folder), _scope(report, store))
    return msgspec.structs.replace(report, windows=found)


def _scope(report: RunReport, store: StoreToRead) -> Scope:
    """Return how windows can be judged."""
    order, start_ms = report.order, report.load.start_ms
    last_ms = start_ms + round((order.warmup_s + order.duration_s) * 1_000)
    heard_ms = last_ms - round((store.rollups.lateness_s + CLOSING_S) * 1_000)
    span_ms = store.rollups.tiers.span_ms
    return Scope(
        ours=store.ours,
        from_ms=-math.inf if store.ours else start_ms,
        settled_ms=heard_ms // span_ms * span_ms,
    )


def sendings_of(report: RunReport, folder: Path) -> Iterator[Sending]:
    """Yield what each of the processes sent.

    Args:
        report: Of a run.
        folder: With the outcomes of its messages.
    """
    fleet = report.order.make_fleet()
    for process in range(report.order.processes):
        yield Sending(
            workload=partial(Workload, fleet, report.order.plan(process)),
            start_ms=report.load.start_ms,
            outcomes=Outcomes.load(outcomes_file(folder, process)),
            limits=report.limits,
        )


def _account(report: RunReport, folder: Path) -> FaultAccount:
    return added_accounts(
        [
            # Storms are counted for all processes together; the first speaks for all.
            account_of(sending, {} if process else report.load.cut)
            for process, sending in enumerate(sendings_of(report, folder))
        ]
    )

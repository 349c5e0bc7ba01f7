"""What is found out about a run once it is over, by making its messages again."""

import asyncio
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
from snowgrid.loading.workers import outcomes_file


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

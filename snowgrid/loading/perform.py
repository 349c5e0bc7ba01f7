"""A load as the command runs it: against what is given, or against what comes along."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rich.console import Console

from ingest.settings_rollups import RollupSettings
from snowgrid.loading.afterwards import windows_verified
from snowgrid.loading.embedded import embedded_stack
from snowgrid.loading.figures import title_of
from snowgrid.loading.find_max import Search, Trial, find_max
from snowgrid.loading.limits import Limits
from snowgrid.loading.live import Board
from snowgrid.loading.old_state import leave_old_state
from snowgrid.loading.order import BrokerOrder, LoadOrder
from snowgrid.loading.result import RunReport
from snowgrid.loading.run import Target, run_once, verified
from snowgrid.loading.verdict import notes_of, problems_of
from snowgrid.loading.verify_store import StoreToRead, duckdb_file

# With faults, repairs that come while one waits, so that they can be looked into.
QUICK_REPAIRS = RollupSettings(repair_s=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What a load goes to.

    Attributes:
        broker: None for the broker, service and database that come along.
        metrics_url: Where the service tells of itself; None if it is not to be asked.
        verify: The store to look into afterwards; None for none.
        limits: What the service takes.
    """

    broker: BrokerOrder | None = None
    metrics_url: str | None = None
    verify: StoreToRead | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What runs, ready for one load after the other.

    Attributes:
        target: What they go to.
        store: What is looked into; None for nothing.
        close_store: Makes the store ready to be read; no load can be run afterwards.
    """

    target: Target
    store: StoreToRead | None
    close_store: Callable[[], Awaitable[None]]


async def perform(
    order: LoadOrder, where: Where, console: Console, stop: asyncio.Event
) -> RunReport:
    """Run a load, look into the store, and judge.

    Args:
        order: The load.
        where: What it goes to.
        console: For what is shown meanwhile.
        stop: Set it to end early, in order.
    """
    with tempfile.TemporaryDirectory(prefix="snowgrid-load-") as folder:
        async with _field(order, where, Path(folder)) as field:
            report = await _run(order, field, Path(folder), console, stop)
            if field.store:
                await field.close_store()
                report = await looked_into(report, field.store, Path(folder), console)
    return judged(report)


async def looked_into(
    report: RunReport, store: StoreToRead, folder: Path, console: Console
) -> RunReport:
    """Return the report with what a store holds of the load, readings and rollups.

    Args:
        report: Of a run whose outcomes are still in `folder`.
        store: Ready to be read.
        folder: As it was given to `run_once`.
        console: For what is shown meanwhile.

    Raises:
        StoreError: The store does not answer.
    """
    console.print(f"Looking into {store.name} …", style="dim", markup=False)
    report = await verified(report, store.reader(), store.name, folder)
    return await windows_verified(report, store, folder)


async def search(
    order: LoadOrder, where: Where, p99_bound_s: float, console: Console, stop: asyncio.Event
) -> Search:
    """Search the highest rate that is good; stores are not looked into, ledgers are.

    Args:
        order: The load; the search begins at its rate.
        where: What it goes to.
        p99_bound_s: The longest that 99 % of all acknowledgements may take.
        console: For what is shown meanwhile.
        stop: Set it to end early, in order.
    """

    def told(trial: Trial) -> None:
        verdict = f"too much: {trial.complaint}" if trial.complaint else "good"
        console.out(f"{trial.rate_per_s:>12,.0f} messages/s  {verdict}", highlight=False)

    with tempfile.TemporaryDirectory(prefix="snowgrid-load-") as folder:
        async with _field(order, where, Path(folder)) as field:

            async def run(rate_per_s: float) -> RunReport:
                at_rate = msgspec.structs.replace(order, rate_per_s=rate_per_s)
                return judged(await _run(at_rate, field, Path(folder), console, stop))

            return await find_max(run, order.rate_per_s, p99_bound_s, told)


def judged(report: RunReport) -> RunReport:
    """Return the report with its verdict."""
    return msgspec.structs.replace(report, problems=problems_of(report), notes=notes_of(report))


async def _run(
    order: LoadOrder, field: Field, folder: Path, console: Console, stop: asyncio.Event
) -> RunReport:
    title = f"Load of {title_of(order, [order.shard])} → {field.target.broker.url}"
    with Board(console, title) as board:
        return await run_once(order, field.target, folder, board.tell, stop)


@asynccontextmanager
async def _field(order: LoadOrder, where: Where, folder: Path) -> AsyncIterator[Field]:
    if where.broker is not None:

        async def nothing() -> None:
            """Leave the store to whoever runs it."""

        target = Target(broker=where.broker, metrics_url=where.metrics_url, limits=where.limits)
        yield Field(target=target, store=where.verify, close_store=nothing)
        return
    left: list[int] = []

    async def leave(url: str) -> None:
        left.append(await leave_old_state(order, BrokerOrder(url=url)))

    rollups = QUICK_REPAIRS if order.faults else RollupSettings()
    async with embedded_stack(folder, _settings(rollups), leave) as stack:
        target = Target(
            retained=sum(left),
            broker=BrokerOrder(url=stack.broker_url),
            metrics_url=stack.service.metrics_url,
            pids={"broker": [stack.broker_pid], "ingest": [stack.service.process.pid]},
        )
        store = where.verify or duckdb_file(stack.store, rollups, ours=True)
        yield Field(target=target, store=store, close_store=stack.service.stop)


def _settings(rollups: RollupSettings) -> dict[str, object]:
    """Return settings of the service, by dotted key."""
    settings = rollups.model_dump() | {"windows": ",".join(rollups.windows)}
    return {f"rollups.{key}": value for key, value in settings.items()}

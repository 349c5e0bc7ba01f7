"""Runs a scenario: starts what it needs, loads it, looks into the store, judges."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from rich.console import Console

from devices.load.publisher import Progress
from ingest.errors import ConfigError
from snowgrid.loading.figures import title_of
from snowgrid.loading.file_limit import allow_files
from snowgrid.loading.live import Board
from snowgrid.loading.old_state import leave_old_state
from snowgrid.loading.order import BrokerOrder, LoadOrder
from snowgrid.loading.perform import QUICK_REPAIRS, Where, judged, looked_into
from snowgrid.loading.result import RunReport
from snowgrid.loading.run import Tell, run_once
from snowgrid.scenarios.facts import facts_of
from snowgrid.scenarios.judging import judge, unknown
from snowgrid.scenarios.native_stage import native_stage
from snowgrid.scenarios.playing import play
from snowgrid.scenarios.report import Outcome, ScenarioReport
from snowgrid.scenarios.scenario import Scenario, Servers, Simulation
from snowgrid.scenarios.stage import Stage, embedded_stage, given_stage
from snowgrid.scenarios.troubling import Troubler

FILES_BESIDE = 200  # that each process has open, apart from the connections of the load


async def run_scenario(
    scenario: Scenario, where: Where, scale: float, console: Console, stop: asyncio.Event
) -> ScenarioReport:
    """Run a scenario and judge what comes of it.

    Args:
        scenario: As it is to be run, scaled already.
        where: What it goes to; without a broker it brings along what it needs.
        scale: How it was scaled, for the report.
        console: For what is shown meanwhile.
        stop: Set it to end early, in order.

    Raises:
        ConfigError: What it needs is not there.
        DeviceError: The load cannot be made, or the broker cannot be reached.
    """
    _allow_connections(scenario)
    with tempfile.TemporaryDirectory(prefix="snowgrid-scenario-") as name:
        folder = Path(name)
        async with _stage(scenario, where, folder) as stage:
            console.print(f"{scenario.name} on {stage.name} …", style="dim", markup=False)
            try:
                outcome = await _outcome(scenario, stage, folder, console, stop)
            except ConfigError:
                if not stage.died():
                    raise
                outcome = Outcome(
                    judgements=unknown(scenario.expect, "the service died"), notes=[stage.died()]
                )
            return ScenarioReport(
                scenario=scenario.name,
                title=scenario.title,
                ran_on=stage.name,
                scale=scale,
                duration_s=scenario.publishes.duration_s,
                outcome=outcome,
            )


async def _outcome(
    scenario: Scenario, stage: Stage, folder: Path, console: Console, stop: asyncio.Event
) -> Outcome:
    if isinstance(scenario.publishes, Simulation):
        return await play(scenario.expect, scenario.publishes, stage, console, stop)
    report = await _load(scenario, scenario.publishes, stage, folder, console, stop)
    judgements = judge(scenario.expect, facts_of(report))
    return Outcome(
        judgements=judgements, notes=report.notes, load=report, readings=report.load.readings
    )


def _allow_connections(scenario: Scenario) -> None:
    """See to it that broker and publishers may open as many connections as they need."""
    most = allow_files()
    order = scenario.publishes
    if isinstance(order, LoadOrder) and order.connections + FILES_BESIDE > most:
        scale = (most - FILES_BESIDE) / order.connections
        raise ConfigError(
            f"{scenario.name}: {order.connections:,} connections need as many file handles, and a "
            f"process here may have {most:,} (ulimit -Hn); allow more, or use --scale {scale:.2f}"
        )


@asynccontextmanager
async def _stage(scenario: Scenario, where: Where, folder: Path) -> AsyncIterator[Stage]:
    if where.broker is not None:
        if scenario.troubles:
            raise ConfigError(
                f"{scenario.name} troubles the database, so it needs one of its own; "
                "leave out --broker"
            )
        yield given_stage(where.broker, where)
        return
    if scenario.troubles and scenario.servers is not Servers.NATIVE:
        raise ConfigError(
            f"{scenario.name} troubles the database, and the embedded one cannot be troubled; "
            "leave out --servers"
        )
    start = native_stage if scenario.servers is Servers.NATIVE else embedded_stage

    async def leave(broker: BrokerOrder) -> int:
        order = scenario.publishes
        return await leave_old_state(order, broker) if isinstance(order, LoadOrder) else 0

    async with start(folder, _settings(scenario), leave) as stage:
        yield stage


def _settings(scenario: Scenario) -> Mapping[str, object]:
    """Return settings of the service that is started, by dotted key."""
    order = scenario.publishes
    if not isinstance(order, LoadOrder) or not order.faults:
        return scenario.settings
    return {"rollups.repair_s": QUICK_REPAIRS.repair_s, **scenario.settings}


async def _load(  # noqa: PLR0913, PLR0917 - all of a run
    scenario: Scenario,
    order: LoadOrder,
    stage: Stage,
    folder: Path,
    console: Console,
    stop: asyncio.Event,
) -> RunReport:
    title = f"{scenario.name}: {title_of(order, [order.shard])}"
    with Board(console, title) as board:
        async with _troubled(scenario, order, stage, board.tell) as tell:
            report = await run_once(order, stage.target, folder, tell, stop)
    if stage.store:
        await stage.close_store()
        report = await looked_into(report, stage.store, folder, console)
    return judged(report)


@asynccontextmanager
async def _troubled(
    scenario: Scenario, order: LoadOrder, stage: Stage, tell: Tell
) -> AsyncIterator[Tell]:
    """Trouble the database meanwhile; whoever is told of progress must be told through this."""
    if stage.front is None or not scenario.troubles:
        yield tell
        return
    troubler = Troubler(scenario.troubles, order.warmup_s + order.duration_s)
    playing = asyncio.create_task(troubler.play(stage.front), name="scenario.trouble")

    def note(publisher: int, progress: Progress) -> None:
        troubler.note(progress)
        tell(publisher, progress)

    try:
        yield note
    finally:
        playing.cancel()
        await asyncio.wait([playing])

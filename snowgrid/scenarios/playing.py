"""Plays a fleet's past, faster than it passed, and sees what is told of it."""

import asyncio
import time
from collections.abc import Iterator, Sequence

from rich.console import Console

from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulation import EPOCH, MILLISECOND
from devices.simulator.simulator import SimulatorPlan, run_simulator
from snowgrid.cli.simulator_view import show
from snowgrid.loading.service import Service, ServiceFigures
from snowgrid.scenarios.alert_story import story
from snowgrid.scenarios.expectation import Expectation
from snowgrid.scenarios.facts import NO_SERVICE, Facts
from snowgrid.scenarios.judging import judge
from snowgrid.scenarios.report import Outcome
from snowgrid.scenarios.scenario import Simulation
from snowgrid.scenarios.stage import Stage

SETTLING_S = 180.0  # a past is played in many small commits, for which DuckDB is not made
BEYOND_S = 1_200.0  # of simulated time after the end, so that all that is due before it is told
NO_ALERTS = "alerts are read in the store that comes along; leave out --broker"


async def play(
    expect: Sequence[Expectation],
    simulation: Simulation,
    stage: Stage,
    console: Console,
    stop: asyncio.Event,
) -> Outcome:
    """Play it and judge.

    Args:
        expect: What must come of it.
        simulation: What is played.
        stage: Where it is played.
        console: For what is shown meanwhile.
        stop: Set it to end early, in order.

    Raises:
        ConfigError: The service does not answer.
    """
    progress = SimulatorProgress()
    url = stage.target.metrics_url
    if url is None:
        await _play(simulation, stage, progress, console, stop)
        facts = _facts(progress, None)
    else:
        async with Service(url, time.monotonic) as service:
            before = await service.figures()
            await _play(simulation, stage, progress, console, stop)
            after = await service.settle(before, progress.acknowledged, SETTLING_S)
        facts = _facts(progress, after.since(before))
    await _add_alerts(facts, simulation, stage)
    return Outcome(
        judgements=judge(expect, facts),
        notes=["it was stopped before its time"] if stop.is_set() else [],
        readings=progress.acknowledged,
    )


async def _play(
    simulation: Simulation,
    stage: Stage,
    progress: SimulatorProgress,
    console: Console,
    stop: asyncio.Event,
) -> None:
    speed = simulation.length_s / simulation.duration_s
    plan = SimulatorPlan(
        seed=simulation.seed,
        start=simulation.start,
        speed=speed,
        duration_s=simulation.duration_s + BEYOND_S / speed,
    )
    address = stage.target.broker.address()
    async with asyncio.TaskGroup() as tasks:
        shown = show(console, simulation.fleet, str(address), progress, stop)
        showing = tasks.create_task(shown, name="scenario.show")
        await run_simulator(simulation.fleet, address, plan, stop=stop, progress=progress)
        showing.cancel()


async def _add_alerts(facts: Facts, simulation: Simulation, stage: Stage) -> None:
    if stage.alerts is None:
        facts.unknown["alerts"] = NO_ALERTS
        return
    await stage.close_store()
    start_ms = (simulation.start - EPOCH) // MILLISECOND
    end_ms = start_ms + round(simulation.length_s * 1_000)
    facts.texts["alerts"] = story(await stage.alerts(), start_ms, end_ms)


def _facts(progress: SimulatorProgress, service: ServiceFigures | None) -> Facts:
    facts = Facts(readings=progress.acknowledged)
    facts.numbers["problems"] = len(list(_problems(progress, service)))
    if service is None:
        facts.unknown |= dict.fromkeys(("lost", "rejected"), NO_SERVICE)
        return facts
    facts.rejected = service.rejected
    settled = service.stored + sum(service.rejected.values())
    facts.numbers["lost"] = max(0, progress.acknowledged - settled)
    return facts


def _problems(progress: SimulatorProgress, service: ServiceFigures | None) -> Iterator[str]:
    made = progress.made.total()
    if not made:
        yield "nothing was made"
    if unpublished := made - progress.published.total():
        yield f"{unpublished:,} readings were not published"
    if service is not None and service.balance:
        yield f"the service's own books do not balance: {service.balance:+,} readings"

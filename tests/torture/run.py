"""One run: everything at once for a while, then peace, then the reckoning."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.end_to_end.services import Endpoints, ready
from tests.eventually import eventually
from tests.torture.lab import Lab, opened
from tests.torture.reckoning import Report, books, reckon
from tests.torture.schedule import Trouble, draw
from tests.torture.troubles import befall

WATCH_S = 0.2
PROGRESS_S = 1.0
DRAIN_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for.

    Attributes:
        seed: Of all chance.
        duration_s: How long troubles come; draining takes a while more.
        rate_per_s: Messages published a second.
        devices: Meters they come from.
        pace: See `draw`.
    """

    seed: int
    duration_s: float
    rate_per_s: float = 2_000.0
    devices: int = 100
    pace: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a run stands.

    Attributes:
        elapsed_s: Since the troubles began.
        promised: Messages that the broker acknowledged.
        open: Messages sent and not acknowledged by it.
        troubles: What is wrong now.
    """

    elapsed_s: float
    promised: int
    open: int
    troubles: Sequence[str]


async def torture(
    plan: Plan, folder: Path, stop: asyncio.Event, show: Callable[[Progress], None]
) -> Report:
    """Do a run and return what came of it.

    Args:
        plan: What is asked for.
        folder: Empty; keeps what all parts logged and stored.
        stop: Set it to end the troubles early; the reckoning comes all the same.
        show: Gets the progress every second.
    """
    async with opened(
        folder,
        seed=plan.seed,
        rate_per_s=plan.rate_per_s,
        devices=plan.devices,
        duration_s=plan.duration_s,
    ) as lab:
        await lab.service.begin()
        await ready(lab.service)
        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(lab.publisher.run()),
                tasks.create_task(lab.service.watch(WATCH_S)),
            ]
            elapsed_s = await _troubled(lab, plan, stop, show)
            problems = await _settled(lab)
            for task in beside:
                task.cancel()
        await lab.service.finish()
        return reckon(lab, seed=plan.seed, duration_s=elapsed_s, problems=problems)


async def _troubled(
    lab: Lab, plan: Plan, stop: asyncio.Event, show: Callable[[Progress], None]
) -> float:
    """Let everything go wrong that the schedule says, and return for how many seconds it did."""
    started_at = time.monotonic()
    now: dict[str, str] = {}
    troubles = draw(plan.seed, plan.duration_s, lab.parts, pace=plan.pace)
    async with asyncio.TaskGroup() as tasks:
        showing = tasks.create_task(_show(lab, started_at, now, show))
        tracks = [
            tasks.create_task(_track(lab, list(track), started_at, plan.duration_s, stop, now))
            for _, track in groupby(
                sorted(troubles, key=lambda each: each.part), lambda each: each.part
            )
        ]
        await _lasting(plan.duration_s, stop)
        await asyncio.wait(tracks)
        showing.cancel()
    return time.monotonic() - started_at


async def _lasting(duration_s: float, stop: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(duration_s):
            await stop.wait()


async def _track(
    lab: Lab,
    troubles: list[Trouble],
    started_at: float,
    duration_s: float,
    stop: asyncio.Event,
    now: dict[str, str],
) -> None:
    """Let one part be befallen by one trouble after the other, with the quiet between them."""
    ends_at = started_at + duration_s
    late_s = 0.0
    for trouble in troubles:
        begins_at = started_at + trouble.at_s + late_s
        if begins_at > ends_at:
            return
        await _lasting(max(begins_at - time.monotonic(), 0.0), stop)
        if stop.is_set():
            return
        now[trouble.part] = trouble.name
        await befall(lab, trouble)
        del now[trouble.part]
        late_s += max(time.monotonic() - begins_at - trouble.for_s, 0.0)


async def _show(
    lab: Lab, started_at: float, now: dict[str, str], show: Callable[[Progress], None]
) -> None:
    while True:
        show(
            Progress(
                elapsed_s=time.monotonic() - started_at,
                promised=lab.publisher.promised,
                open=lab.publisher.open,
                troubles=[f"{part} {name}" for part, name in now.items()],
            )
        )
        await asyncio.sleep(PROGRESS_S)


async def _settled(lab: Lab) -> list[str]:
    """Let everything come to rest, and return what is wrong with how it does."""
    publisher = lab.publisher
    publisher.stop()
    async with lab.service.turn:
        # What waits for a database that said no, or for a broker, need not wait any longer.
        await lab.service.finish()
        await lab.service.begin()
    try:
        await eventually(lambda: publisher.open == 0, within_s=DRAIN_S)
        last = publisher.publish_one()
        await eventually(lambda: lab.tap.has(last), within_s=DRAIN_S)
        await eventually(lambda: lab.tap.waiting == 0 and publisher.open == 0, within_s=DRAIN_S)
        metrics = await _emptied(Endpoints(lab.service.url))
    except TimeoutError:
        return [f"it did not come to rest within {DRAIN_S:g} s: {publisher.open} messages open"]
    return books(metrics)


async def _emptied(endpoints: Endpoints) -> dict[str, float]:
    """Return the metrics as soon as nothing waits in the spool."""
    async with asyncio.timeout(DRAIN_S):
        while True:
            with suppress(OSError):  # it is being started again
                metrics = await asyncio.to_thread(endpoints.metrics)
                if not metrics["snowgrid_spool_readings"]:
                    return metrics
            await asyncio.sleep(WATCH_S)

"""One run of a load, from connecting to the last reading in the store."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from devices.load.publisher import Progress
from devices.load.report import LoadReport, merged
from devices.load.shard import Shard
from ingest.stores.raw import RawReader
from snowgrid.loading.afterwards import accounted, sendings_of
from snowgrid.loading.bottleneck import bottleneck_of
from snowgrid.loading.course import course_of
from snowgrid.loading.limits import Limits
from snowgrid.loading.messages import Go
from snowgrid.loading.order import BrokerOrder, LoadOrder
from snowgrid.loading.result import RunReport
from snowgrid.loading.service import Service, ServiceFigures
from snowgrid.loading.stored import latency_of
from snowgrid.loading.usage import Usage, Watch
from snowgrid.loading.verification import added
from snowgrid.loading.verify import verify
from snowgrid.loading.workers import Worker, workers

LEAD_S = 0.5  # for the publishers to make their first messages
SETTLING_S = 30.0

Tell = Callable[[int, Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the load goes to.

    Attributes:
        broker: Where devices publish.
        metrics_url: Where the service tells of itself; None if it is not to be asked.
        pids: Process ids by role, of those that run on this machine.
        limits: What the service takes.
        retained: Messages that the broker kept as old state when the service subscribed.
        repairs_s: How long rollups must have had nothing to repair before they are looked at.
        settling_s: Longest wait, after the last acknowledgement, for what was published to be
            stored.
    """

    broker: BrokerOrder
    metrics_url: str | None = None
    pids: Mapping[str, Sequence[int]] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    retained: int = 0
    repairs_s: float = 3.0
    settling_s: float = SETTLING_S


async def run_once(
    order: LoadOrder, target: Target, folder: Path, tell: Tell, stop: asyncio.Event
) -> RunReport:
    """Run a load and return what is known of it, all but verdict and verification.

    Args:
        order: The load.
        target: What it goes to.
        folder: For the outcomes of messages.
        tell: Is told how far each publisher has come.
        stop: Set it to end early, in order.

    Raises:
        DeviceError: The load cannot be made, or the broker cannot be reached.
        ConfigError: The service does not answer.
    """
    async with AsyncExitStack() as stack:
        service = None
        if target.metrics_url:
            service = await stack.enter_async_context(Service(target.metrics_url, time.monotonic))
            before = await service.quiet(SETTLING_S)
        crew = await stack.enter_async_context(workers(order, target.broker, folder))
        watch = Watch({"publisher": [worker.pid for worker in crew], **target.pids})
        begin_s = time.monotonic() + LEAD_S
        go = Go(start_ms=int((time.time() + LEAD_S) * 1_000), begin_s=begin_s)
        if service is None:
            load, usage = await _publish(crew, go, watch, tell, stop)
            return await accounted(_run_report(order, target, load, usage), folder)
        watching = asyncio.create_task(service.watch(), name="load.watch")
        try:
            load, usage = await _publish(crew, go, watch, tell, stop)
            repairs_s = target.repairs_s if order.faults else 0.0
            after = await service.settle(
                before, load.readings, target.settling_s, repairs_s=repairs_s
            )
        finally:
            watching.cancel()
        report = _run_report(order, target, load, usage)
        report = _with_service(report, begin_s, before, after, service.samples)
    return await accounted(report, folder)


async def verified(report: RunReport, reader: RawReader, store: str, folder: Path) -> RunReport:
    """Return the report with what a store holds of the load.

    Args:
        report: Of a run whose outcomes are still in `folder`.
        reader: Of the store.
        store: What to call it.
        folder: As it was given to `run_once`.
    """
    async with reader:
        parts = [await verify(reader, store, sending) for sending in sendings_of(report, folder)]
    return msgspec.structs.replace(report, verification=added(parts))


async def _publish(
    crew: Sequence[Worker], go: Go, watch: Watch, tell: Tell, stop: asyncio.Event
) -> tuple[LoadReport, Usage]:
    stopping = asyncio.create_task(_stop_all(crew, stop), name="load.stop")
    try:
        async with asyncio.TaskGroup() as tasks:
            working = [
                tasks.create_task(worker.publish(go, _of(tell, number)), name="load.publish")
                for number, worker in enumerate(crew)
            ]
            await asyncio.wait(working)
            usage = watch.usage(time.monotonic() - go.begin_s + LEAD_S)
    finally:
        stopping.cancel()
    return merged([task.result() for task in working]), usage


def _of(tell: Tell, number: int) -> Callable[[Progress], None]:
    return lambda progress: tell(number, progress)


async def _stop_all(crew: Sequence[Worker], stop: asyncio.Event) -> None:
    await stop.wait()
    for worker in crew:
        worker.stop()


def _run_report(order: LoadOrder, target: Target, load: LoadReport, usage: Usage) -> RunReport:
    return RunReport(
        order=order,
        broker=target.broker.url,
        shards=[order.shard],
        load=load,
        usage=usage,
        limits=target.limits,
        retained=target.retained,
    )


def _with_service(
    report: RunReport,
    begin_s: float,
    before: ServiceFigures,
    after: ServiceFigures,
    samples: Sequence[ServiceFigures],
) -> RunReport:
    """Return the report with what the service did meanwhile."""
    load, usage = report.load, report.usage
    done = [sample.since(before) for sample in [*samples, after]]
    per_message = load.readings / max(1, load.acknowledged)
    due_by_s = [round(count * per_message) for count in load.sent_by_due_s]
    committed = [(figures.at_s - begin_s, figures.settled) for figures in done]
    stored = [(figures.at_s - begin_s, figures.finished) for figures in done]
    warmup_s = report.order.warmup_s
    ended = next((f for f in done if f.at_s - begin_s >= load.elapsed_s), done[-1])
    if usage is not None and "ingest" not in usage.by_role:
        cores = done[-1].cpu_s / (after.at_s - before.at_s)
        usage = msgspec.structs.replace(usage, by_role=usage.by_role | {"ingest": cores})
    end_s = min(load.elapsed_s, warmup_s + report.order.duration_s)
    course = course_of(done, begin_s, due_by_s, warmup_s, end_s)
    report = msgspec.structs.replace(
        report, service=done[-1], course=course, usage=usage, skipped_before=before.skipped
    )
    if Shard.parse(report.order.shard).count == 1:  # else it counted what others sent as well
        report = msgspec.structs.replace(
            report,
            committed=latency_of(committed, due_by_s, warmup_s).data(),
            stored=latency_of(stored, due_by_s, warmup_s).data(),
        )
    return msgspec.structs.replace(report, bottleneck=bottleneck_of(report, ended))

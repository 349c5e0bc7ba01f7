"""The service: all parts put together, started in order and stopped in order."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing, suppress
from importlib.metadata import version

from devices.schema import Kind
from ingest.aggregation.aggregation import Aggregation
from ingest.aggregation.running import aggregating
from ingest.alerts.running import make_alerts
from ingest.alerts.service import AlertService
from ingest.clock import wall_clock_ms
from ingest.core.decode import Decoder
from ingest.core.frame import Frame
from ingest.core.payload import PayloadLimits
from ingest.core.plausibility import DAY_MS, TimeWindow
from ingest.dead_letters import DeadLetters
from ingest.http import serving
from ingest.mqtt.subscriber import Subscriber
from ingest.own_record import record
from ingest.pipeline import Pipeline
from ingest.refusals import refusals_into
from ingest.report import report
from ingest.settings import Settings, StoreSettings, ValidationSettings
from ingest.stores.base import Store
from ingest.tuning import tuned
from ingest.upstream import UpstreamWatch
from ingest.vitals import Vitals

Watcher = Callable[[Sequence[Frame]], None]

TELLING_S = 2.0
UNSAFE_IN_TAG = re.compile(r"[^A-Za-z0-9._-]")

logger = logging.getLogger(__name__)


def new_vitals(settings: Settings) -> Vitals:
    """Return the vitals of a service that is about to start."""
    return Vitals(started_at=time.monotonic(), broker=f"{settings.mqtt.host}:{settings.mqtt.port}")


async def serve(
    settings: Settings,
    kinds: Mapping[str, Kind],
    stop: asyncio.Event,
    vitals: Vitals | None = None,
    on_frames: Watcher | None = None,
) -> Vitals:
    """Run the service until `stop` is set, then stop in order.

    In order means: take nothing new, commit and acknowledge what was taken, say goodbye to the
    broker, write what open rollups hold, close the store. What cannot be done within
    `service.drain_s` stays unacknowledged, and the broker sends it again next time.

    Args:
        settings: All of them.
        kinds: Device kinds by name.
        stop: Set it to stop.
        vitals: Filled as the service goes; made here if nobody else wants to look at them.
        on_frames: Gets every batch of good readings once they are durable; must be quick.

    Returns:
        The vitals, with the final ledger.

    Raises:
        ConfigError: Something that a person set is wrong; the message says what.
    """
    vitals = vitals or new_vitals(settings)
    logger.info(
        "starting",
        extra={
            "version": version("snowgrid"),
            "broker": vitals.broker,
            "store": where_readings_go(settings.store),
        },
    )
    subscriber = Subscriber(settings.mqtt, settings.batch, vitals)
    async with AsyncExitStack() as stack:
        dead_letters = stack.enter_context(closing(DeadLetters(settings.deadletters)))
        if settings.http.enabled:
            url = await stack.enter_async_context(serving(settings.http, vitals))
            logger.info("metrics and health", extra={"url": url})
        store = await stack.enter_async_context(make_store(settings.store, dead_letters))
        vitals.store_state = store.state
        rollups = await _enter_rollups(stack, settings, kinds, store, vitals)
        alerts = make_alerts(settings, kinds, store, vitals)
        if alerts:
            _show_alerts(alerts, vitals)
        pipeline = Pipeline(
            subscriber.inbox,
            make_decoder(kinds, settings.validation),
            rollups.sink if rollups else store,
            dead_letters,
            vitals,
            now_ms=wall_clock_ms,
            on_frames=_to_all(
                rollups.take if rollups else None,
                alerts.take if alerts else None,
                UpstreamWatch(vitals).take,
                on_frames,
            ),
        )
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(subscriber.run(), name="ingest.mqtt"),
                tasks.create_task(pipeline.run(), name="ingest.pipeline"),
                tasks.create_task(report(vitals, settings.log.report_s), name="ingest.report"),
            ]
            if rollups:
                running.append(tasks.create_task(rollups.run(), name="ingest.rollups"))
            if alerts:
                running.append(tasks.create_task(alerts.run(), name="ingest.alerts"))
            recording = _record(settings, store, vitals)
            running.append(tasks.create_task(recording, name="ingest.record"))
            stack.enter_context(tuned())
            await stop.wait()
            await _finish(subscriber, pipeline, vitals, settings.service.drain_s)
            if alerts:
                await _finish_telling(alerts)
            for task in running:
                task.cancel()
    ledger = vitals.ledger
    logger.info(
        "stopped",
        extra={
            "committed": ledger.readings.committed,
            "rejected": ledger.readings.rejected.total(),
            "waiting": vitals.store_state().waiting,
            "balanced": ledger.balanced,
        },
    )
    return vitals


async def _enter_rollups(
    stack: AsyncExitStack,
    settings: Settings,
    kinds: Mapping[str, Kind],
    store: Store,
    vitals: Vitals,
) -> Aggregation | None:
    if not settings.rollups.enabled:
        return None
    context = aggregating(settings, kinds, store, vitals.rollups)
    return await stack.enter_async_context(context)


def _show_alerts(alerts: AlertService, vitals: Vitals) -> None:
    vitals.firing = lambda: alerts.firing
    vitals.alert_complaints = lambda: alerts.complaints
    vitals.explain = alerts.evaluator.explain


async def _record(settings: Settings, store: Store, vitals: Vitals) -> None:
    await record(
        vitals,
        store.commit_rows,
        instance=UNSAFE_IN_TAG.sub("-", settings.mqtt.client_id),
        tiers=settings.rollups.tiers if settings.rollups.enabled else None,
        now_ms=wall_clock_ms,
    )


async def _finish_telling(alerts: AlertService) -> None:
    with suppress(TimeoutError):  # what is not told now is told after the next start
        async with asyncio.timeout(TELLING_S):
            await alerts.finish()


def _to_all(*watchers: Watcher | None) -> Watcher:
    there = [watcher for watcher in watchers if watcher]

    def watch(frames: Sequence[Frame]) -> None:
        for watcher in there:
            watcher(frames)

    return watch


async def _finish(
    subscriber: Subscriber, pipeline: Pipeline, vitals: Vitals, drain_s: float
) -> None:
    subscriber.stop_taking()
    try:
        async with asyncio.timeout(drain_s):
            await pipeline.drained()
    except TimeoutError:
        count = vitals.ledger.messages.in_flight
        logger.warning("not committed in time; the broker sends it again", extra={"count": count})
    await subscriber.close()


def where_readings_go(settings: StoreSettings) -> str:
    """Return the store's address, for people."""
    if settings.kind == "duckdb":
        return str(settings.duckdb.path)
    return f"{settings.influxdb.url} bucket {settings.influxdb.bucket}"


def make_store(settings: StoreSettings, dead_letters: DeadLetters) -> Store:
    """Return the store that the settings ask for; only its own client library is imported."""
    if settings.kind == "duckdb":
        from ingest.stores.duckdb import DuckdbStore  # noqa: PLC0415

        return DuckdbStore(settings)
    from ingest.stores.influxdb import InfluxdbStore  # noqa: PLC0415

    return InfluxdbStore(settings, refusals_into(dead_letters, wall_clock_ms))


def make_decoder(kinds: Mapping[str, Kind], settings: ValidationSettings) -> Decoder:
    """Return the decoder that the settings ask for."""
    limits = PayloadLimits(
        max_payload_bytes=settings.max_payload_bytes,
        reject_unknown=settings.unknown_fields == "reject",
    )
    window = TimeWindow(
        max_future_ms=settings.max_future_s * 1000, max_age_ms=settings.retention_days * DAY_MS
    )
    return Decoder(kinds, limits, window)

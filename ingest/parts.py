"""The parts of a service, made from its settings and opened in order."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass

from devices.schema import Kind
from ingest.aggregation.aggregation import Aggregation
from ingest.aggregation.running import aggregating
from ingest.alerts.running import make_alerts
from ingest.alerts.service import AlertService
from ingest.clock import wall_clock_ms
from ingest.core.decode import Decoder
from ingest.core.frame import Frame
from ingest.core.leaving import LeavingDecoder
from ingest.core.payload import PayloadLimits
from ingest.core.plausibility import DAY_MS, TimeWindow
from ingest.dead_letters import DeadLetters
from ingest.http import serving
from ingest.mqtt.session_file import SessionFile
from ingest.mqtt.subscriber import Subscriber
from ingest.pipeline import Pipeline
from ingest.refusals import refusals_into
from ingest.settings import Settings, ValidationSettings
from ingest.settings_stores import StoreSettings
from ingest.stores.base import Store
from ingest.upstream import UpstreamWatch
from ingest.vitals import Vitals

SESSION_FILE = "session.json"

Watcher = Callable[[Sequence[Frame]], None]

logger = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Parts:
    """What a service consists of, open and not yet running.

    Attributes:
        settings: What all parts go by at the moment.
        subscriber: Takes readings from the broker.
        decoder: Validates them.
        store: Keeps them.
        rollups: Aggregates them, or None.
        alerts: Watches them, or None.
        dead_letters: Keeps those that are rejected.
    """

    settings: Settings
    subscriber: Subscriber
    decoder: Decoder
    store: Store
    rollups: Aggregation | None
    alerts: AlertService | None
    dead_letters: DeadLetters


async def open_parts(
    stack: AsyncExitStack,
    settings: Settings,
    kinds: Mapping[str, Kind],
    vitals: Vitals,
) -> Parts:
    """Open everything that the settings ask for.

    Args:
        stack: Closes what was opened, the last first.
        settings: All of them.
        kinds: Device kinds by name.
        vitals: Told where to look.

    Raises:
        ConfigError: Something that a person set is wrong; the message says what.
    """
    session_file = SessionFile(settings.store.own_file(SESSION_FILE))
    subscriber = Subscriber(settings.mqtt, settings.batch, vitals, session_file=session_file)
    dead_letters = stack.enter_context(closing(DeadLetters(settings.deadletters)))
    if settings.http.enabled:
        url = await stack.enter_async_context(serving(settings.http, vitals))
        logger.info("metrics and health", extra={"url": url})
    store = await stack.enter_async_context(make_store(settings.store, dead_letters))
    vitals.store_state = store.state
    rollups = None
    if settings.rollups.enabled:
        opening = aggregating(settings, kinds, store, vitals.rollups)
        rollups = await stack.enter_async_context(opening)
    alerts = make_alerts(settings, kinds, store, vitals)
    if alerts:
        _show(alerts, vitals)
    return Parts(
        settings=settings,
        subscriber=subscriber,
        decoder=make_decoder(kinds, settings.validation),
        store=store,
        rollups=rollups,
        alerts=alerts,
        dead_letters=dead_letters,
    )


def make_pipeline(parts: Parts, vitals: Vitals, on_frames: Watcher | None) -> Pipeline:
    """Return what passes readings from one part to the other.

    Args:
        parts: Open ones.
        vitals: Filled on the way.
        on_frames: Gets every batch of good readings once they are durable; must be quick.
    """
    rollups, alerts, left = parts.rollups, parts.alerts, parts.settings.mqtt.except_topics
    return Pipeline(
        parts.subscriber.inbox,
        LeavingDecoder(parts.decoder, left) if left else parts.decoder,
        rollups.sink if rollups else parts.store,
        parts.dead_letters,
        vitals,
        now_ms=wall_clock_ms,
        on_frames=_to_all(
            rollups.take if rollups else None,
            alerts.take if alerts else None,
            UpstreamWatch(vitals).take,
            on_frames,
        ),
    )


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
    limits, window = limits_of(settings)
    return Decoder(kinds, limits, window, settings.max_devices)


def limits_of(settings: ValidationSettings) -> tuple[PayloadLimits, TimeWindow]:
    """Return what a decoder is to go by."""
    limits = PayloadLimits(
        max_payload_bytes=settings.max_payload_bytes,
        reject_unknown=settings.unknown_fields == "reject",
    )
    window = TimeWindow(
        max_future_ms=settings.max_future_s * 1000, max_age_ms=settings.retention_days * DAY_MS
    )
    return limits, window


def _show(alerts: AlertService, vitals: Vitals) -> None:
    vitals.firing = lambda: alerts.firing
    vitals.alert_complaints = lambda: alerts.complaints
    vitals.explain = alerts.evaluator.explain


def _to_all(*watchers: Watcher | None) -> Watcher:
    there = [watcher for watcher in watchers if watcher]

    def watch(frames: Sequence[Frame]) -> None:
        for watcher in there:
            watcher(frames)

    return watch

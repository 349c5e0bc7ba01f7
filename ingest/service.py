"""The service: its parts run together, started in order and stopped in order."""

import asyncio
import logging
import re
import time
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from importlib.metadata import version

from devices.schema import Kind
from ingest.clock import wall_clock_ms
from ingest.mqtt.drops import DropsWatch
from ingest.own_record import record
from ingest.parts import Parts, Watcher, make_pipeline, open_parts, where_readings_go
from ingest.pipeline import Pipeline
from ingest.reload.reloader import Reloader, Renewal
from ingest.report import report
from ingest.settings import Settings
from ingest.tuning import tuned
from ingest.vitals import Vitals

TELLING_S = 2.0
UNSAFE_IN_TAG = re.compile(r"[^A-Za-z0-9._-]")

logger = logging.getLogger(__name__)


def new_vitals(settings: Settings) -> Vitals:
    """Return the vitals of a service that is about to start."""
    return Vitals(started_at=time.monotonic(), broker=f"{settings.mqtt.host}:{settings.mqtt.port}")


async def serve(  # noqa: PLR0913 - what a service is made of
    settings: Settings,
    kinds: Mapping[str, Kind],
    stop: asyncio.Event,
    vitals: Vitals | None = None,
    on_frames: Watcher | None = None,
    *,
    renewal: Renewal | None = None,
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
        renewal: Where new settings come from while it runs; None for never.

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
    async with AsyncExitStack() as stack:
        parts = await open_parts(stack, settings, kinds, vitals)
        pipeline = make_pipeline(parts, vitals, on_frames)
        reloader = Reloader(parts, kinds, vitals, renewal) if renewal else None
        vitals.reload = reloader.reload if reloader else None
        stack.enter_context(tuned())
        await Service(parts, pipeline, vitals, reloader).run(stop)
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


class Service:
    """Parts that run together.

    Args:
        parts: Open ones.
        pipeline: Passes readings from one to the other.
        vitals: Filled on the way.
        reloader: Renews the parts when it is asked to; None for never.
    """

    def __init__(
        self, parts: Parts, pipeline: Pipeline, vitals: Vitals, reloader: Reloader | None
    ) -> None:
        self._parts = parts
        self._pipeline = pipeline
        self._vitals = vitals
        self._reloader = reloader

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set, then finish what was taken, as far as there is time."""
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(work, name=f"ingest.{name}") for name, work in self._works()
            ]
            await stop.wait()
            await self._finish()
            for task in running:
                task.cancel()

    def _works(self) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
        parts = self._parts
        yield "mqtt", parts.subscriber.run()
        yield "drops", DropsWatch(parts.settings.mqtt, self._vitals).run()
        yield "pipeline", self._pipeline.run()
        yield "report", report(self._vitals, parts.settings.log.report_s)
        if parts.rollups:
            yield "rollups", parts.rollups.run()
        if parts.alerts:
            yield "alerts", parts.alerts.run()
        yield "record", self._record()
        if self._reloader:
            yield "reload", self._reloader.run()

    async def _record(self) -> None:
        settings = self._parts.settings
        await record(
            self._vitals,
            self._parts.store.commit_rows,
            instance=UNSAFE_IN_TAG.sub("-", settings.mqtt.client_id),
            tiers=settings.rollups.tiers if settings.rollups.enabled else None,
            now_ms=wall_clock_ms,
        )

    async def _finish(self) -> None:
        parts = self._parts
        parts.subscriber.stop_taking()
        try:
            async with asyncio.timeout(parts.settings.service.drain_s):
                await self._pipeline.drained()
        except TimeoutError:
            logger.warning(
                "not committed in time; the broker sends it again",
                extra={"count": self._vitals.ledger.messages.in_flight},
            )
        await parts.subscriber.close()
        if parts.alerts:
            with suppress(TimeoutError):  # what is not told now is told after the next start
                async with asyncio.timeout(TELLING_S):
                    await parts.alerts.finish()

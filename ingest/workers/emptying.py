"""Empties what a former member left: its session at the broker, its spool, its open rollups.

Its readings go where they always went. They are not in the windows of those who have its part
now, so their spans are noted on disk before they are committed, and computed anew from the store
when all of them are there and the windows of the others have closed.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import AsyncExitStack, closing

from devices.schema import Kind
from ingest.aggregation.repairer import LOOK_S, Repairer
from ingest.aggregation.running import FILE, make_reader
from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.surroundings import Surroundings
from ingest.aggregation.unsettled import Announced, Unsettled
from ingest.clock import wall_clock_ms
from ingest.core.leaving import LeavingDecoder
from ingest.dead_letters import DeadLetters
from ingest.mqtt.drainer import Drainer
from ingest.mqtt.session_file import SessionFile
from ingest.parts import SESSION_FILE, make_decoder, make_store
from ingest.pipeline import Pipeline
from ingest.report import report
from ingest.settings import Settings
from ingest.settings_mqtt import MqttSettings
from ingest.stores.base import Store
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)


async def empty(
    settings: Settings, kinds: Mapping[str, Kind], stop: asyncio.Event, vitals: Vitals
) -> bool:
    """Work until nothing is left, or `stop` is set, which loses nothing.

    Args:
        settings: The former member's.
        kinds: Device kinds by name.
        stop: Set it to stop.
        vitals: Filled on the way.

    Returns:
        Whether everything was emptied.

    Raises:
        ConfigError: Something that a person set is wrong; the message says what.
    """
    async with AsyncExitStack() as stack:
        dead_letters = stack.enter_context(closing(DeadLetters(settings.deadletters)))
        store = await stack.enter_async_context(make_store(settings.store, dead_letters))
        vitals.store_state = store.state
        span_ms = settings.rollups.tiers.span_ms
        unsettled = Unsettled(SpanFile(settings.store.own_file(FILE), span_ms), span_ms)
        await unsettled.load()
        drainer = Drainer(_with_all_topics(settings), settings.batch, vitals)
        pipeline = Pipeline(
            drainer.inbox,
            LeavingDecoder(make_decoder(kinds, settings.validation), settings.mqtt.except_topics),
            Announced(store, unsettled) if settings.rollups.enabled else store,
            dead_letters,
            vitals,
            now_ms=wall_clock_ms,
            on_frames=lambda _: unsettled.taken(),
        )

        async def work() -> None:
            await drainer.emptied(pipeline.drained)
            await drainer.end_session()
            logger.info("its session is empty, and ended")
            await store.drain()
            if settings.rollups.enabled:
                await _repair(settings, kinds, store, unsettled, vitals)

        async with asyncio.TaskGroup() as tasks:
            beside = [
                tasks.create_task(drainer.run(), name="ingest.mqtt"),
                tasks.create_task(pipeline.run(), name="ingest.pipeline"),
                tasks.create_task(report(vitals, settings.log.report_s), name="ingest.report"),
            ]
            working = tasks.create_task(work(), name="ingest.emptying")
            stopped = tasks.create_task(stop.wait(), name="ingest.stop")
            await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
            done = working.done()
            for task in (*beside, working, stopped):
                task.cancel()
    return done


def _with_all_topics(settings: Settings) -> MqttSettings:
    """Return how it connects, with every filter that its session may still be subscribed to."""
    session = SessionFile(settings.store.own_file(SESSION_FILE)).load()
    held = session.topics if session and session.client_id == settings.mqtt.client_id else ()
    topics = tuple(dict.fromkeys((*settings.mqtt.topics, *held)))
    return settings.mqtt.model_copy(update={"topics": topics})


async def _repair(
    settings: Settings,
    kinds: Mapping[str, Kind],
    store: Store,
    unsettled: Unsettled,
    vitals: Vitals,
) -> None:
    """Compute anew what lies open, then note on disk that nothing does any more."""
    rollups = settings.rollups
    async with make_reader(settings.store) as reader:
        around = Surroundings(
            kinds=kinds,
            tiers=rollups.tiers,
            store=store,
            reader=reader,
            retention_days=settings.validation.retention_days,
        )
        repairer = Repairer(around, rollups.repair_s, vitals.rollups)
        # Those who have the part now write their first windows without what was queued here.
        first_closes_s = rollups.tiers.lengths_ms[0] / 1000 + rollups.lateness_s
        repairer.mark(unsettled.spans, after_s=first_closes_s)
        while repairer.spans:
            if not await repairer.repair_next():
                await around.sleep(LOOK_S)
        await unsettled.settle(frozenset())
        await store.drain()

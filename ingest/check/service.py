"""Everything the service needs, looked at in one go."""

import asyncio

from devices.registry import kinds
from ingest.check.broker import check_broker
from ingest.check.duckdb import check_duckdb
from ingest.check.finding import Finding, Verdict
from ingest.check.folders import check_folder
from ingest.check.influxdb import check_influxdb, check_reading_back
from ingest.check.workers import check_workers
from ingest.settings import DeadLetterSettings, Settings
from ingest.settings_stores import InfluxdbSettings, SpoolSettings

TIMEOUT_S = 5.0


async def check_service(settings: Settings, timeout_s: float = TIMEOUT_S) -> list[Finding]:
    """Check broker, store and folders at the same time; nothing is left behind.

    Args:
        settings: What the service would run with.
        timeout_s: Longest a server may take for any answer.
    """
    broker, store, letters = await asyncio.gather(
        check_broker(settings.mqtt, timeout_s),
        _check_store(settings, timeout_s),
        asyncio.to_thread(_check_dead_letters, settings.deadletters),
    )
    return [*broker, *store, letters, *check_workers(settings, sorted(kinds()))]


async def _check_store(settings: Settings, timeout_s: float) -> list[Finding]:
    store = settings.store
    if store.kind == "duckdb":
        return [await asyncio.to_thread(check_duckdb, store.duckdb)]
    return [
        *await _check_buckets(store.influxdb, timeout_s, with_rollups=settings.rollups.enabled),
        await asyncio.to_thread(_check_spool, store.spool),
    ]


async def _check_buckets(
    settings: InfluxdbSettings, timeout_s: float, *, with_rollups: bool
) -> list[Finding]:
    readings = await check_influxdb(settings, timeout_s)
    if readings.verdict is Verdict.WRONG or not with_rollups:
        return [readings]  # what is wrong is most often the server, and need not be told twice
    return [
        readings,
        await check_influxdb(settings.for_rollups(), timeout_s, "rollup_bucket"),
        await check_reading_back(settings, timeout_s),
    ]


def _check_spool(settings: SpoolSettings) -> Finding:
    return check_folder(
        "spool",
        "store.spool.dir",
        settings.dir,
        least=settings.segment_bytes,
        most=settings.max_bytes + 2 * settings.beside("rows").max_bytes,
    )


def _check_dead_letters(settings: DeadLetterSettings) -> Finding:
    return check_folder(
        "dead letters",
        "deadletters.dir",
        settings.dir,
        least=settings.segment_bytes,
        most=settings.max_bytes,
    )

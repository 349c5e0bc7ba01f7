"""Whether InfluxDB takes our writes."""

import asyncio
from contextlib import aclosing

from ingest.check.finding import Finding, doubtful, good, wrong
from ingest.errors import ConfigError, StoreBusy, StoreDenied, StoreError
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.influxdb_query import InfluxdbQuery
from ingest.text import printable

ABOUT = "store"


async def check_influxdb(
    settings: InfluxdbSettings, timeout_s: float, bucket_key: str = "bucket"
) -> Finding:
    """Ask for a write without points, as the service would write.

    Args:
        settings: How the service writes; `bucket` is the bucket asked about.
        timeout_s: Longest the server may take.
        bucket_key: The setting that names that bucket, within `store.influxdb`.
    """
    try:
        async with asyncio.timeout(timeout_s), InfluxdbApi(settings, bucket_key) as api:
            await api.check()
    except (ConfigError, StoreDenied) as error:
        return wrong(ABOUT, printable(str(error)))
    except (StoreBusy, TimeoutError) as error:
        reason = printable(str(error)) or f"{settings.url}: no answer within {timeout_s:g} s"
        return wrong(ABOUT, reason, "check store.influxdb.url, and that the server runs")
    target = f"bucket {settings.bucket!r} of {settings.org!r} at {settings.url}"
    return good(ABOUT, f"{target}: takes our writes")


async def check_reading_back(settings: InfluxdbSettings, timeout_s: float) -> Finding:
    """Ask in InfluxQL, as the service does to repair rollups.

    Args:
        settings: How the service reads.
        timeout_s: Longest the server may take.
    """
    try:
        async with (
            asyncio.timeout(timeout_s),
            InfluxdbQuery(settings) as query,
            aclosing(query.ask("SHOW MEASUREMENTS LIMIT 1")) as answer,
        ):
            async for _ in answer:
                pass
    except (StoreError, TimeoutError) as error:
        reason = printable(str(error)) or f"no answer within {timeout_s:g} s"
        fix = "until then rollups of late readings are not repaired"
        return doubtful(ABOUT, f"readings cannot be read back: {reason}", fix)
    return good(ABOUT, f"bucket {settings.bucket!r}: readings can be read back, to repair rollups")

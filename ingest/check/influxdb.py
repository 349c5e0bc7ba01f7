"""Whether InfluxDB takes our writes."""

import asyncio

from ingest.check.finding import Finding, good, wrong
from ingest.errors import ConfigError, StoreBusy, StoreDenied
from ingest.settings import InfluxdbSettings
from ingest.stores.influxdb_api import InfluxdbApi
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

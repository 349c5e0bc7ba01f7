"""Mosquitto and an InfluxDB 1 as a stage: what a deployment has, on loopback."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_reader import InfluxdbReader
from snowgrid.loading.order import BrokerOrder
from snowgrid.loading.run import Target
from snowgrid.loading.service_process import service_process
from snowgrid.loading.verify_store import StoreToRead
from snowgrid.loading.window_readers import InfluxdbWindows
from snowgrid.scenarios.alert_story import ToldAlert, alerts_in_influxdb
from snowgrid.scenarios.stage import SETTLING_S, Leave, Stage, rollups_of
from snowgrid.servers.influxd import Influxd
from snowgrid.servers.mosquitto import Mosquitto
from snowgrid.servers.store_front import StoreFront

BUCKETS = ("telemetry", "telemetry_rollup")
TOKEN = "load"  # noqa: S105 - of a database without users; the service wants one


@asynccontextmanager
async def native_stage(
    folder: Path, settings: Mapping[str, object], leave: Leave
) -> AsyncIterator[Stage]:
    """Run them.

    Args:
        folder: For all of their files.
        settings: More settings of the service, by dotted key.
        leave: Leaves old state at the broker before the service comes.

    Raises:
        ConfigError: One of them is not installed, or does not start.
    """
    # Starting them blocks for a moment, in which there is nothing else to do.
    with Mosquitto(folder / "broker") as broker, Influxd(folder / "influxdb") as database:
        async with StoreFront(database.url) as front:
            for bucket in BUCKETS:
                await front.create_bucket(bucket)
            store: dict[str, object] = {
                "mqtt.host": broker.host,
                "mqtt.port": broker.port,
                "mqtt.client_id": "snowgrid-load",
                "store.kind": "influxdb",
                "store.influxdb.url": front.url,
                "store.influxdb.token": TOKEN,
            }
            retained = await leave(BrokerOrder(url=broker.url))
            async with service_process(folder, store | dict(settings)) as service:
                rollups = rollups_of(settings)
                reading = InfluxdbSettings(url=front.url)

                async def alerts() -> list[ToldAlert]:
                    return await alerts_in_influxdb(reading)

                yield Stage(
                    name="mosquitto and InfluxDB 1, on this machine",
                    target=Target(
                        retained=retained,
                        settling_s=SETTLING_S,
                        broker=BrokerOrder(url=broker.url),
                        metrics_url=service.metrics_url,
                        pids={
                            "broker": [broker.pid],
                            "ingest": [service.process.pid],
                            "store": [database.pid],
                        },
                    ),
                    store=StoreToRead(
                        "InfluxDB",
                        lambda: InfluxdbReader(reading),
                        partial(InfluxdbWindows, reading, rollups.tiers),
                        rollups,
                        ours=True,
                    ),
                    close_store=service.stop,
                    alerts=alerts,
                    died=service.died,
                    front=front,
                )

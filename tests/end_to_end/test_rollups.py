"""Rollups of the service as a deployment runs it."""

import asyncio
import json
import time
from collections import defaultdict
from pathlib import Path

import pytest

from tests.end_to_end.databases import InDuckdb, InInfluxdb, Kept
from tests.end_to_end.meters import FIELD, KIND, Meters, numbered, publish
from tests.end_to_end.rollups import SETTINGS, open_spans, rebuild, rollups_of
from tests.end_to_end.services import Endpoints, Ingest, ready
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

COMMITTED = "snowgrid_readings_committed_total"
SECOND_MS = 1_000


@pytest.fixture
def meters() -> Meters:
    """Meters whose first reading is ten seconds old, in the middle of a window."""
    return Meters(start_ms=time.time_ns() // 1_000_000 // 5_000 * 5_000 - 8_000)


async def test_killed_in_the_middle_of_a_window_the_next_run_repairs_what_was_open(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: Kept, meters: Meters
):
    service = launch(Ingest(tmp_path / "service", broker, kept, **SETTINGS))
    await ready(service)
    endpoints = Endpoints(service.url)
    await publish(broker, numbered(meters, range(2_500)))
    await eventually(lambda: endpoints.metrics().get(COMMITTED) == 2_500)
    assert open_spans(service.folder, kept)
    await asyncio.to_thread(service.kill)
    await asyncio.to_thread(service.start)
    await ready(service)
    await publish(broker, numbered(meters, range(2_500, 6_000)))
    await eventually(lambda: endpoints.metrics().get(COMMITTED) == 3_500)
    await eventually(lambda: open_spans(service.folder, kept) == [])
    if isinstance(kept, InDuckdb):  # which lets nobody else in while the service runs
        await asyncio.to_thread(service.stop)
    else:
        await eventually(lambda: endpoints.metrics()["snowgrid_spool_rows"] == 0)
        assert endpoints.metrics()["snowgrid_rollups_repaired_total"] > 0
    repaired = rollups_of(kept, KIND)
    assert_means(repaired[f"{KIND}_1s"], meters, 6_000)

    result = rebuild(service.settings, kept, "--from", "10m", "--kind", KIND, "--json")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["rows"] == sum(map(len, repaired.values()))
    assert rollups_of(kept, KIND) == repaired


def assert_means(rows: list[dict[str, object]], meters: Meters, count: int) -> None:
    values = defaultdict(list)
    for number in range(count):
        device, ts_ms, voltage_v = meters.stored(number)
        values[device, ts_ms // SECOND_MS * SECOND_MS].append(voltage_v)
    assert {
        (row["device"], row.get("time", row.get("ts"))): row[f"{FIELD}_mean"] for row in rows
    } == {key: pytest.approx(sum(each) / len(each), rel=1e-12) for key, each in values.items()}


async def test_without_a_rollup_bucket_readings_go_on_and_a_person_is_told(
    tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters
):
    kept = InInfluxdb(influxdb)
    folder = tmp_path / "service"
    service = launch(
        Ingest(folder, broker, kept, **SETTINGS, store__influxdb__rollup_bucket="not_there")
    )
    await ready(service)
    endpoints = Endpoints(service.url)
    await publish(broker, numbered(meters, range(1_000)))
    await eventually(lambda: endpoints.health().notes)
    health = endpoints.health()
    assert health.ready
    (note,) = health.notes
    assert "bucket 'not_there'" in note
    assert "rollup_bucket, or create it" in note
    await publish(broker, numbered(meters, range(1_000, 2_000)))
    await eventually(lambda: endpoints.metrics()["snowgrid_store_readings_stored_total"] == 2_000)
    assert endpoints.metrics()["snowgrid_spool_rows"] > 0
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0
    assert service.logged("stopped")[0]["waiting"] == 0


async def test_switched_off_there_are_none(
    tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters
):
    kept = InInfluxdb(influxdb)
    service = launch(Ingest(tmp_path / "service", broker, kept, rollups__enabled="false"))
    await ready(service)
    endpoints = Endpoints(service.url)
    await publish(broker, numbered(meters, range(100)))
    await eventually(lambda: endpoints.metrics()["snowgrid_store_readings_stored_total"] == 100)
    await asyncio.to_thread(service.stop)
    assert influxdb.rollups.measurements() == []

"""The stores that have to keep the contract."""

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path

import duckdb
import pytest

from devices.schema import Kind
from ingest.core.rows import Bucket
from ingest.stores.duckdb import DuckdbStore
from ingest.stores.duckdb_reader import DuckdbReader
from ingest.stores.influxdb_reader import InfluxdbReader
from tests.ingest.stores import rows as derived
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import Reading, Value
from tests.ingest.stores.rows import Stored
from tests.ingest.stores.stores import influxdb_settings, influxdb_store, store_settings
from tests.servers.influxql import Database

NOT_FIELDS = {"time", "ts", "site", "device"}


@pytest.fixture(params=["influxdb", "duckdb"])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Harness:
    if request.param == "duckdb":
        return duckdb_harness(tmp_path)
    return influxdb_harness(tmp_path, request.getfixturevalue("influxdb"))


def influxdb_harness(folder: Path, database: Database) -> Harness:
    def read(kind: Kind) -> list[Reading]:
        rows = database.rows(kind.name)
        return in_order(reading(row, int(str(row["time"]))) for row in rows)

    def read_rows(bucket: Bucket, measurement: str) -> list[Stored]:
        place = database if bucket is Bucket.RAW else database.rollups
        found = place.rows(measurement)
        return derived.in_order([row_of(row, int(str(row["time"]))) for row in found])

    return Harness(
        open=lambda: influxdb_store(folder, influxdb_settings(database)),
        read=read,
        read_rows=read_rows,
        reader=lambda: InfluxdbReader(influxdb_settings(database)),
    )


def duckdb_harness(folder: Path) -> Harness:
    settings = store_settings(folder)

    def table(name: str) -> list[tuple[dict[str, Value], int]]:
        with duckdb.connect(str(settings.duckdb.path), read_only=True) as connection:
            if (name,) not in connection.execute(
                "SELECT table_name FROM duckdb_tables()"
            ).fetchall():
                return []
            result = connection.execute(f'SELECT * FROM "{name}"')
            names = [column[0] for column in result.description]
            rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
        return [(row, round(row["ts"].replace(tzinfo=UTC).timestamp() * 1_000)) for row in rows]

    def read(kind: Kind) -> list[Reading]:
        return in_order(reading(row, ts_ms) for row, ts_ms in table(kind.name))

    def read_rows(_bucket: Bucket, measurement: str) -> list[Stored]:
        return derived.in_order([row_of(row, ts_ms) for row, ts_ms in table(measurement)])

    return Harness(
        open=lambda: DuckdbStore(settings),
        read=read,
        read_rows=read_rows,
        reader=lambda: DuckdbReader(settings.duckdb.path),
    )


def row_of(row: dict[str, Value], ts_ms: int) -> Stored:
    values = {
        name: value
        for name, value in row.items()
        if name not in {"time", "ts"} and value is not None
    }
    return {**values, "ts_ms": ts_ms}


def reading(row: dict[str, Value], ts_ms: int) -> Reading:
    values = {
        name: value for name, value in row.items() if name not in NOT_FIELDS and value is not None
    }
    return Reading(device=str(row["device"]), ts_ms=ts_ms, values=values, site=str(row["site"]))


def in_order(readings: Iterable[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: (reading.site, reading.device, reading.ts_ms))

"""Where the service keeps readings, and what is found there afterwards."""

from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Protocol

import duckdb

from tests.end_to_end.meters import FIELD, KIND, Stored
from tests.servers.influxql import Database


class Kept(Protocol):
    """A database of either sort."""

    @property
    def settings(self) -> dict[str, object]:
        """Settings of a service that writes to it, by dotted key."""

    def readings(self) -> list[Stored]:
        """Return every point of the meters in order; only while no service runs."""


@dataclass(frozen=True, slots=True)
class InInfluxdb:
    """A bucket."""

    database: Database

    @property
    def settings(self) -> dict[str, object]:
        """Name the bucket; the token comes by another way."""
        return {
            "store.kind": "influxdb",
            "store.influxdb.url": self.database.url,
            "store.influxdb.org": self.database.org,
            "store.influxdb.bucket": self.database.name,
            "store.influxdb.rollup_bucket": self.database.rollups.name,
        }

    def readings(self) -> list[Stored]:
        """Ask in InfluxQL; a point for each set of tags and each time."""
        rows = self.database.query(f'SELECT device, "{FIELD}" FROM "{KIND}"')
        return sorted(
            Stored(str(row["device"]), int(str(row["time"])), float(str(row[FIELD])))
            for row in rows
        )


@dataclass(frozen=True, slots=True)
class InDuckdb:
    """A file."""

    path: Path

    @property
    def settings(self) -> dict[str, object]:
        """Name the file."""
        return {"store.kind": "duckdb", "store.duckdb.path": self.path}

    def readings(self) -> list[Stored]:
        """Ask in SQL."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            rows = connection.execute(f"SELECT device, ts, {FIELD} FROM {KIND}").fetchall()
        return sorted(
            Stored(device, round(ts.replace(tzinfo=UTC).timestamp() * 1_000), voltage_v)
            for device, ts, voltage_v in rows
        )

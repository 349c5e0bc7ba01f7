"""The same rows in both stores, and the readers of them."""

import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from math import isclose
from pathlib import Path

from dashboards.model.query import Database, Query
from dashboards.readers.base import Reader, Series, Value
from dashboards.readers.duckdb_reader import DuckdbReader
from dashboards.readers.influxdb_reader import InfluxdbReader, Server
from ingest.core.row_lines import encode_rows
from ingest.core.rows import Rows
from ingest.stores.duckdb_file import DuckdbFile, connect
from tests.servers.influxd import Influxd

NAME = "readers"
numbers = count()  # of measurements, as all modules share one server


@dataclass(frozen=True)
class Pair:
    """A DuckDB file that is being written to, and an InfluxDB; what is put is in both.

    Attributes:
        influxd: Server with a database of the name `NAME`.
        path: Of the DuckDB file.
        file: It.
    """

    influxd: Influxd
    path: Path
    file: DuckdbFile

    def put(self, rows: Rows) -> str:
        """Store rows in a measurement of their own, and return its name."""
        renamed = replace(rows, measurement=f"{rows.measurement}{next(numbers)}")
        self.file.commit_rows([renamed])
        self.write_lines(encode_rows(renamed))
        return renamed.measurement

    def write_lines(self, lines: bytes) -> None:
        """Store lines in InfluxDB alone."""
        url = f"{self.influxd.url}/write?db={NAME}&precision=ms"
        with urllib.request.urlopen(urllib.request.Request(url, lines)) as response:
            assert response.status == 204

    def duckdb(self) -> Reader:
        """Return a reader that shares the file with its writer."""
        return DuckdbReader(partial(connect, self.path))

    def influxdb(self) -> InfluxdbReader:
        """Return a reader to be entered."""
        databases = dict.fromkeys(Database, NAME)
        return InfluxdbReader(Server(url=self.influxd.url, databases=databases))


def about(measurement: str, query: Query) -> Query:
    """Return the same question about another measurement."""
    inner = query.inner and about(measurement, query.inner)
    return replace(query, source=replace(query.source, measurement=measurement), inner=inner)


def assert_same(found: Sequence[Series], expected: Sequence[Series]) -> None:
    """Assert that two answers are equal but for rounding."""
    assert [(each.tags, each.times_ms) for each in found] == [
        (each.tags, each.times_ms) for each in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert [*one.columns] == [*other.columns]
        for name, values in one.columns.items():
            pairs = [*zip(values, other.columns[name], strict=True)]
            assert all(_close(*pair) for pair in pairs), pairs


def _close(one: Value, other: Value) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other

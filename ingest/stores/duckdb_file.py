"""The DuckDB file of the embedded store; everything here blocks.

The only module that imports `duckdb`, which is an optional dependency.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from devices.schema import Kind
from ingest.core.frame import Frame
from ingest.disk import NO_ROOM
from ingest.errors import ConfigError, SpoolFull
from ingest.stores import duckdb_tables as tables
from ingest.stores.merging import merge_repeats

NO_ROOM_WORDS = tuple(map(os.strerror, NO_ROOM))
OPTIONS = {"memory_limit": "192MB"}  # it would take four fifths of the machine's

Columns = dict[str, NDArray[np.generic]]


class DuckdbFile:
    """An open database, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder where there is none.

        Raises:
            ConfigError: The file cannot be opened, is no database, or is open elsewhere.
        """
        self._path = path
        self._ready: set[str] = set()
        self._connection: duckdb.DuckDBPyConnection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open()
        except (duckdb.Error, OSError) as error:
            raise ConfigError(f"store.duckdb.path: {path}: {_reason(error)}") from error

    def close(self) -> None:
        """Close the file; another commit would open it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._ready.clear()

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has, by name."""
        connection = self._open()
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = current_schema()"
        ).fetchall()
        return {name: len(connection.table(_quoted(name))) for (name,) in names}

    def commit(self, frames: Sequence[Frame]) -> None:
        """Merge readings into their tables in one transaction, synced when it returns.

        Raises:
            SpoolFull: The disk has no room; nothing of the frames was committed.
            ConfigError: A table in the file does not fit its kind.
        """
        try:
            self._commit(self._open(), frames)
        except duckdb.Error as error:
            # Closing rolls back what is half done; some errors leave DuckDB unfit for more.
            self.close()
            if any(reason in str(error) for reason in NO_ROOM_WORDS):
                raise SpoolFull(f"{self._path}: {error}") from error
            raise

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = duckdb.connect(str(self._path), config={**OPTIONS})
        return self._connection

    def _commit(self, connection: duckdb.DuckDBPyConnection, frames: Sequence[Frame]) -> None:
        for frame in frames:
            self._make_ready(connection, frame.kind)
        connection.begin()
        for frame in frames:
            if len(frame):
                _merge(connection, merge_repeats(frame))
        connection.commit()

    def _make_ready(self, connection: duckdb.DuckDBPyConnection, kind: Kind) -> None:
        """Create the kind's table, or add the columns it lacks."""
        if kind.name in self._ready:
            return
        connection.execute(tables.create_table(kind)).fetchall()
        there = _columns_of(connection, kind)
        for name, sql_type in tables.columns(kind).items():
            if name not in there:
                connection.execute(tables.add_column(kind, name)).fetchall()
            elif there[name] != sql_type:
                raise ConfigError(
                    f"store.duckdb.path: {self._path}: column {name} of table {kind.name} is "
                    f"{there[name]}, this version keeps {sql_type}; rename the table, and a new "
                    "one will be made"
                )
        self._ready.add(kind.name)


def _merge(connection: duckdb.DuckDBPyConnection, frame: Frame) -> None:
    connection.register(tables.BATCH, _columns(frame))
    stamps = frame.ts_ms.astype("datetime64[ms]")
    around = [stamps.min().item(), stamps.max().item()]
    connection.execute(tables.merge(frame.kind), around).fetchall()
    connection.unregister(tables.BATCH)


def _columns_of(connection: duckdb.DuckDBPyConnection, kind: Kind) -> dict[str, str]:
    rows = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE table_name = ? AND schema_name = current_schema()",
        [kind.name],
    ).fetchall()
    return dict(rows)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _columns(frame: Frame) -> Columns:
    sources = [frame.sources[index] for index in frame.device.tolist()]
    values = np.ascontiguousarray(frame.values.T)
    return {
        "site": np.array([source.site for source in sources], np.object_),
        "device": np.array([source.device for source in sources], np.object_),
        "ts": frame.ts_ms.astype("datetime64[ms]"),
        **{field.name: values[column] for column, field in enumerate(frame.kind.fields)},
    }


def _reason(error: Exception) -> str:
    text = str(error)
    if "Conflicting lock" in text:
        return "another process has it open; stop it, or give this one its own file"
    return text.removeprefix("IO Error: ")

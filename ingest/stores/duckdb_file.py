"""The DuckDB file of the embedded store; everything here blocks.

The only module that imports `duckdb`, which is an optional dependency.
"""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from ingest.core.frame import Frame
from ingest.core.rows import Rows
from ingest.disk import NO_ROOM
from ingest.errors import ConfigError, SpoolFull
from ingest.stores.duckdb_tables import BATCH, Table, quoted, table_of_kind, table_of_rows
from ingest.stores.merging import merge_repeats

NO_ROOM_WORDS = tuple(map(os.strerror, NO_ROOM))
OPTIONS = {"memory_limit": "192MB"}  # it would take four fifths of the machine's

Columns = dict[str, NDArray[np.generic]]
Write = Callable[[duckdb.DuckDBPyConnection, Table, Sequence[datetime]], None]


class DuckdbFile:
    """An open database, for one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Open the file, creating it and its folder where there is none.

        Raises:
            ConfigError: The file cannot be opened, is no database, or is open elsewhere.
        """
        self._path = path
        self._types: dict[str, dict[str, str]] = {}  # of the columns of tables that were looked at
        self._connection: duckdb.DuckDBPyConnection | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"store.duckdb.path: {path}: {error}") from error
        self._connection = connect(path)

    def close(self) -> None:
        """Close the file; another commit would open it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._types.clear()

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has, by name."""
        connection = self._open()
        names = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = current_schema()"
        ).fetchall()
        return {name: len(connection.table(quoted(name))) for (name,) in names}

    def commit(self, frames: Sequence[Frame]) -> None:
        """Merge readings into their tables in one transaction, synced when it returns.

        Raises:
            SpoolFull: The disk has no room; nothing of the frames was committed.
            ConfigError: A table in the file does not fit its kind.
        """
        merged = [merge_repeats(frame) for frame in frames if len(frame)]
        self._write([(table_of_kind(frame.kind), _readings(frame)) for frame in merged], _merge)

    def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Put derived rows into their tables in one transaction, synced when it returns.

        A row takes the place of the one of its identity; a row stands in them once.

        Raises:
            SpoolFull: The disk has no room; nothing of the rows was committed.
            ConfigError: A table in the file does not fit its rows.
        """
        self._write([(table_of_rows(each), _derived(each)) for each in rows if len(each)], _replace)

    def _write(self, batches: Sequence[tuple[Table, Columns]], write: Write) -> None:
        try:
            self._write_all(self._open(), batches, write)
        except duckdb.Error as error:
            # Closing rolls back what is half done; some errors leave DuckDB unfit for more.
            self.close()
            if any(reason in str(error) for reason in NO_ROOM_WORDS):
                raise SpoolFull(f"{self._path}: {error}") from error
            raise

    def _open(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            self._connection = connect(self._path)
        return self._connection

    def _write_all(
        self,
        connection: duckdb.DuckDBPyConnection,
        batches: Sequence[tuple[Table, Columns]],
        write: Write,
    ) -> None:
        for table, _ in batches:
            self._make_ready(connection, table)
        connection.begin()
        for table, columns in batches:
            connection.register(BATCH, columns)
            write(connection, table, [columns["ts"].min().item(), columns["ts"].max().item()])
            connection.unregister(BATCH)
        connection.commit()

    def _make_ready(self, connection: duckdb.DuckDBPyConnection, table: Table) -> None:
        """Create the table, or add the columns it lacks."""
        there = self._types.get(table.name, {})
        if table.types.items() <= there.items():
            return
        connection.execute(table.create()).fetchall()
        there = types_of(connection, table.name)
        for name, sql_type in table.types.items():
            if name not in there:
                connection.execute(table.add_column(name)).fetchall()
            elif there[name] != sql_type:
                raise ConfigError(
                    f"store.duckdb.path: {self._path}: column {name} of table {table.name} is "
                    f"{there[name]}, this version keeps {sql_type}; rename the table, and a new "
                    "one will be made"
                )
        self._types[table.name] = there | dict(table.types)


def _merge(connection: duckdb.DuckDBPyConnection, table: Table, around: Sequence[datetime]) -> None:
    connection.execute(table.merge(), around).fetchall()


def _replace(
    connection: duckdb.DuckDBPyConnection, table: Table, around: Sequence[datetime]
) -> None:
    delete, insert = table.replace()
    connection.execute(delete, around).fetchall()
    connection.execute(insert).fetchall()


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database; the connections of one process share it.

    Raises:
        ConfigError: The file cannot be opened, is no database, or is open in another process.
    """
    try:
        return duckdb.connect(str(path), config={**OPTIONS})
    except (duckdb.Error, OSError) as error:
        raise ConfigError(f"store.duckdb.path: {path}: {_reason(error)}") from error


def types_of(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """Return the SQL type of every column of a table by name; nothing where there is no table."""
    rows = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() "
        "WHERE table_name = ? AND schema_name = current_schema()",
        [name],
    ).fetchall()
    return dict(rows)


def _readings(frame: Frame) -> Columns:
    sources = [frame.sources[index] for index in frame.device.tolist()]
    values = np.ascontiguousarray(frame.values.T)
    return {
        "site": np.array([source.site for source in sources], np.object_),
        "device": np.array([source.device for source in sources], np.object_),
        "ts": frame.ts_ms.astype("datetime64[ms]"),
        **{field.name: values[column] for column, field in enumerate(frame.kind.fields)},
    }


def _derived(rows: Rows) -> Columns:
    return {
        **{name: np.array(values, np.object_) for name, values in rows.tags.items()},
        "ts": rows.ts_ms.astype("datetime64[ms]"),
        **{
            name: values if isinstance(values, np.ndarray) else np.array(values, np.object_)
            for name, values in rows.columns.items()
        },
    }


def _reason(error: Exception) -> str:
    text = str(error)
    if "Conflicting lock" in text:
        return "another process has it open; stop it, or give this one its own file"
    return text.removeprefix("IO Error: ")

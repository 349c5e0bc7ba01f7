"""Reads the embedded database."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import duckdb

from dashboards.errors import CannotRead
from dashboards.model.query import Query
from dashboards.model.variable import Variable
from dashboards.readers.base import SHORTEST, Choices, Reader, Series, Span, Value
from dashboards.readers.duckdb_sql import (
    Statement,
    innermost,
    statement_of,
    statement_of_values,
    table_of,
)
from dashboards.readers.grid import aligned, laid_out

Connection = duckdb.DuckDBPyConnection
Rows = Sequence[tuple[Value, ...]]
T = TypeVar("T")

LONGEST_S = 20.0
AT_ONCE = 2
"""Questions answered at the same time; each of them uses all cores."""

COLUMNS = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = $name"


class DuckdbReader(Reader):
    """Implements `Reader`; each question has a connection of its own, closed at its end."""

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """Prepare; nothing is opened yet.

        Args:
            connect: Opens a connection, in any thread. In the process that writes to the database
                it shares what is open there. What it raises comes through.
        """
        self._connect = connect
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def read(self, query: Query, span: Span, choices: Choices) -> list[Series]:
        """Answer a query."""
        span = aligned(query, span)
        table = table_of(innermost(query), span)

        def ask(connection: Connection) -> Rows:
            types = _types(connection, table)
            if not types:
                return []
            return _rows(connection, statement_of(query, span, choices, {table: types}))

        rows = await self._ask(ask)
        found = (laid_out(query, series, span) for series in _series(query, rows))
        return [series for series in found if series]

    async def values(self, variable: Variable, choices: Choices) -> list[str]:
        """Return what can be chosen, in order."""
        if variable.source is None:
            return list(variable.fixed)
        table = table_of(variable.source, SHORTEST)

        def ask(connection: Connection) -> Rows:
            types = _types(connection, table)
            if not types:
                return []
            return _rows(connection, statement_of_values(variable, choices, {table: types}))

        return [str(value) for (value,) in await self._ask(ask)]

    async def _ask(self, ask: Callable[[Connection], T]) -> T:
        async with self._turn:
            connection = await asyncio.to_thread(self._connect)
            asking = asyncio.ensure_future(asyncio.to_thread(_closing, connection, ask))
            try:
                await asyncio.wait({asking}, timeout=LONGEST_S)
            finally:
                if not asking.done():
                    connection.interrupt()
                    await asyncio.wait({asking})
            try:
                return asking.result()
            except duckdb.InterruptException as error:
                raise CannotRead(
                    f"the database did not answer within {LONGEST_S:g} s; look at a shorter time"
                ) from error
            except duckdb.Error as error:
                raise CannotRead(f"the database cannot answer: {error}") from error


@contextmanager
def reading_file(path: Path) -> Iterator[DuckdbReader]:
    """Open a database that nobody writes to meanwhile.

    Raises:
        CannotRead: It is not there, is no database, or another process has it open.
    """
    if not path.is_file():
        raise CannotRead(f"{path}: there is no such file; the service or the demo makes one")
    try:
        kept = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise CannotRead(f"{path}: {_reason(error)}") from error
    with closing(kept):  # as long as one connection is open, others cost nothing
        yield DuckdbReader(partial(duckdb.connect, str(path), read_only=True))


def _reason(error: duckdb.Error) -> str:
    if "Conflicting lock" in str(error):
        return "another process has it open; stop it first. The demo shows its boards itself"
    return str(error).removeprefix("IO Error: ")


def _closing(connection: Connection, ask: Callable[[Connection], T]) -> T:
    with closing(connection):
        return ask(connection)


def _types(connection: Connection, table: str) -> Mapping[str, str]:
    return dict(connection.execute(COLUMNS, {"name": table}).fetchall())


def _rows(connection: Connection, statement: Statement) -> Rows:
    return connection.execute(statement.sql, dict(statement.values)).fetchall()


def _series(query: Query, rows: Rows) -> Iterator[Series]:
    """Take rows apart by tags, in their order."""
    first = 1 if query.over_time else 0
    last = first + len(query.by)
    for tags, group in groupby(rows, key=lambda row: row[first:last]):
        columns = [list(column) for column in zip(*group, strict=True)]
        names = (column.name for column in query.columns)
        yield Series(
            tags=dict(zip(query.by, map(str, tags), strict=True)),
            columns=dict(zip(names, columns[last:], strict=True)),
            times_ms=[int(ms) for ms in columns[0]] if query.over_time else None,
        )

"""Raw readings out of the DuckDB file."""

import asyncio
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from devices.schema import Field, FieldType, Kind
from ingest.errors import StoreBusy
from ingest.rollups.history import History
from ingest.stores.duckdb_file import connect, types_of
from ingest.stores.duckdb_tables import quoted
from ingest.stores.raw import RawReader


class DuckdbReader(RawReader):
    """Implements `RawReader`; within the process whose store has the file open, it shares it.

    A connection lasts as long as a call, so that a store which must open its file anew can.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def sites(self, kind: Kind) -> list[str]:
        """Return the sites of which readings of a kind are there, in order."""
        return await asyncio.to_thread(self._sites, kind)

    async def history(self, kind: Kind, site: str, from_ms: int, to_ms: int) -> History:
        """Return the readings of a kind at a site in `[from_ms, to_ms)`."""
        return await asyncio.to_thread(self._history, kind, site, from_ms, to_ms)

    def _sites(self, kind: Kind) -> list[str]:
        with closing(connect(self._path)) as connection:
            if not types_of(connection, kind.name):
                return []
            rows = connection.execute(
                f"SELECT DISTINCT site FROM {quoted(kind.name)} ORDER BY site"  # noqa: S608 - quoted
            ).fetchall()
        return [site for (site,) in rows]

    def _history(self, kind: Kind, site: str, from_ms: int, to_ms: int) -> History:
        bounds = [np.datetime64(ms, "ms").item() for ms in (from_ms, to_ms)]
        with closing(connect(self._path)) as connection:
            there = types_of(connection, kind.name)
            if not there:
                return _nothing(kind)
            try:
                columns = connection.execute(_select(kind, there), [site, *bounds]).fetchnumpy()
            except duckdb.OutOfMemoryException as error:
                raise StoreBusy(f"{self._path}: {error}") from error
        names, device = np.unique(columns["device"], return_inverse=True)
        values = [_floats(columns[field.name]) for field in kind.fields]
        return History(
            devices=names.tolist(),
            device=device.astype(np.int32),
            ts_ms=np.asarray(columns["ts_ms"], np.int64),
            values=np.stack(values, axis=1),
        )


def _select(kind: Kind, there: dict[str, str]) -> str:
    fields = ", ".join(
        f"{_number(field) if field.name in there else 'NULL'}::DOUBLE AS {quoted(field.name)}"
        for field in kind.fields
    )
    return (
        f"SELECT device, epoch_ms(ts) AS ts_ms, {fields} FROM {quoted(kind.name)} "  # noqa: S608 - quoted
        "WHERE site = ? AND ts >= ? AND ts < ?"
    )


def _number(field: Field) -> str:
    """Return the SQL of a field as a frame has it."""
    if field.type is not FieldType.STATE:
        return quoted(field.name)
    words = ", ".join(f"'{word}'" for word in field.states)
    return f"(list_position([{words}], {quoted(field.name)}) - 1)"


def _floats(column: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.ma.filled(column, np.nan)


def _nothing(kind: Kind) -> History:
    return History(
        devices=[],
        device=np.empty(0, np.int32),
        ts_ms=np.empty(0, np.int64),
        values=np.empty((0, len(kind.fields))),
    )

"""Rollups out of a DuckDB file."""

import asyncio
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.rollups.tiers import Tiers, device_measurement
from ingest.stores.duckdb_file import connect, types_of
from ingest.stores.duckdb_tables import quoted
from snowgrid.loading.expected import Place
from snowgrid.loading.window_readers import Counted, WindowReader, counted


class DuckdbWindows(WindowReader):
    """Implements `WindowReader` over a file."""

    def __init__(self, path: Path, tiers: Tiers) -> None:
        self._path = path
        self.length_ms, self._suffix = tiers.lengths_ms[0], tiers.suffixes[0]

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def counts(self, place: Place, field: str, from_ms: int, to_ms: int) -> Counted:
        """Return how often a field is counted in the windows of a span."""
        return await asyncio.to_thread(self._counts, place, field, from_ms, to_ms)

    def _counts(self, place: Place, field: str, from_ms: int, to_ms: int) -> Counted:
        table = device_measurement(place.kind, self._suffix)
        with closing(connect(self._path)) as connection:
            if not types_of(connection, table):
                return counted([])
            rows = connection.execute(
                f"SELECT device, epoch_ms(ts), {quoted(f'{field}_count')} FROM {quoted(table)} "  # noqa: S608 - quoted
                "WHERE site = ? AND epoch_ms(ts) >= ? AND epoch_ms(ts) < ?",
                [place.site, from_ms, to_ms],
            ).fetchall()
        return counted(rows)

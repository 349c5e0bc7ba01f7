"""Rollups computed anew by hand: which spans, and the way to and from the store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from devices.schema import Kind
from ingest.aggregation.running import make_reader
from ingest.errors import ConfigError
from ingest.rollups.span import Span
from ingest.settings_stores import StoreSettings
from ingest.stores.base import RowSink
from ingest.stores.raw import RawReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is to be computed anew.

    Attributes:
        from_ms: Spans that have a part in `[from_ms, to_ms)`, Unix milliseconds.
        to_ms: See `from_ms`.
        kinds: Of these kinds.
        site: At this site; None for all that the store knows.
    """

    from_ms: int
    to_ms: int
    kinds: Sequence[Kind]
    site: str | None = None


async def spans_of(selection: Selection, span_ms: int, reader: RawReader) -> list[Span]:
    """Return the spans of a selection of which there may be readings, the oldest first.

    Raises:
        StoreError: The store cannot be asked now.
    """
    first_ms = selection.from_ms // span_ms * span_ms
    spans = [
        Span(kind.name, site, start_ms)
        for kind in selection.kinds
        for site in await reader.sites(kind)
        if selection.site in {None, site}
        for start_ms in range(first_ms, selection.to_ms, span_ms)
    ]
    return sorted(spans, key=lambda span: span.start_ms)


@asynccontextmanager
async def store_by_hand(settings: StoreSettings) -> AsyncIterator[tuple[RawReader, RowSink]]:
    """Open a store to read readings and write rows, without the spool of a service.

    Raises:
        ConfigError: The store cannot be opened: a running service has the DuckDB file for itself.
    """
    async with make_reader(settings) as reader:
        if settings.kind == "influxdb":
            from ingest.stores.influxdb_rows import InfluxdbRows  # noqa: PLC0415

            async with InfluxdbRows(settings.influxdb) as sink:
                yield reader, sink
            return
        from ingest.stores.duckdb import DuckdbStore  # noqa: PLC0415

        if not settings.duckdb.path.exists():
            raise ConfigError(f"store.duckdb.path: {settings.duckdb.path}: there is no such file")
        async with DuckdbStore(settings) as store:
            yield reader, store

"""A span computed anew from what is stored."""

import asyncio
from collections.abc import Mapping

from devices.schema import Kind
from ingest.core.rows import Rows
from ingest.rollups.recompute import history_start_ms, recompute
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers
from ingest.stores.base import RowSink
from ingest.stores.raw import RawReader


async def rebuild(
    span: Span, kinds: Mapping[str, Kind], tiers: Tiers, reader: RawReader, sink: RowSink
) -> int:
    """Compute a span anew and write its rows; what was written before is overwritten.

    Args:
        span: What to compute.
        kinds: Kinds by name; the span's is among them.
        tiers: Window lengths.
        reader: Where readings come from.
        sink: Where rows go.

    Returns:
        How many rows were written.

    Raises:
        StoreError: The readings could not be read now.
        SpoolFull: The rows could not be written now.
    """
    rows = await computed(span, kinds[span.kind], tiers, reader)
    await sink.commit_rows(rows)
    return sum(map(len, rows))


async def computed(span: Span, kind: Kind, tiers: Tiers, reader: RawReader) -> tuple[Rows, ...]:
    """Return the rows of a span, computed from stored readings.

    Raises:
        StoreError: The readings could not be read now.
    """
    from_ms, to_ms = history_start_ms(kind, span), span.start_ms + tiers.span_ms
    history = await reader.history(kind, span.site, from_ms, to_ms)
    # Beside the event loop, which has live work to do meanwhile.
    return await asyncio.to_thread(recompute, kind, span, tiers, history)

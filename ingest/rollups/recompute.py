"""The one repair: a span computed once more, from stored readings."""

import numpy as np

from devices.schema import Kind
from ingest.core.rows import Rows
from ingest.rollups.history import History
from ingest.rollups.kind_rollups import KindRollups
from ingest.rollups.reach import look_back_ms
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers


def history_start_ms(kind: Kind, span: Span) -> int:
    """Return since when readings are needed to recompute a span."""
    return span.start_ms - look_back_ms(kind)


def recompute(kind: Kind, span: Span, tiers: Tiers, history: History) -> tuple[Rows, ...]:
    """Return all rows of a span: every tier, every device, and the site; identical to live ones.

    Args:
        kind: Schema of the span's kind.
        span: What to recompute.
        tiers: Window lengths.
        history: The readings of all the site's devices of that kind from `history_start_ms` to the
            span's end; readings outside are of no effect. Empty where nothing is stored.
    """
    windows = KindRollups(kind, tiers, span.start_ms)
    slots = np.array([windows.roster.meet(span.site, name) for name in history.devices], np.intp)
    end_ms = span.start_ms + tiers.span_ms
    rows = (history.ts_ms >= history_start_ms(kind, span)) & (history.ts_ms < end_ms)
    if rows.any():
        windows.fold(slots[history.device[rows]], history.ts_ms[rows], history.values[rows])
    return tuple(windows.close(end_ms))

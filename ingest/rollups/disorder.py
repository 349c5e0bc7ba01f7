"""Readings that are no news: repeated, contradicting, or older than what came before.

They cannot be folded as if they had come in time. What they may change is recomputed from the
store, where every reading is in its place; here only the memory of each device is kept right, so
that everything after them is.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.rollups.arrays import Floats, Integers, Slots
from ingest.rollups.batch import Batch
from ingest.rollups.carry import Carry
from ingest.rollups.layout import Layout


class Stretches(NamedTuple):
    """Times in which windows are wrong: n devices, from when until when, both inclusive."""

    slots: Slots
    from_ms: Integers
    until_ms: Integers


class Sifted(NamedTuple):
    """A batch without what is no news, and what must be recomputed."""

    batch: Batch
    wrong: Stretches


def sift(batch: Batch, carry: Carry, layout: Layout, closed_until_ms: int) -> Sifted:
    """Take out of a batch what cannot be folded.

    Gauges are left out of readings older than the device's newest, ordered fields where they are
    no newer than that field's newest value. A reading of the very time of the newest adds its new
    fields; where it contradicts, it is believed from now on, as the store does.
    """
    newest_ms = carry.ts_ms[batch.slots]
    is_old, is_same = batch.ts_ms < newest_ms, batch.ts_ms == newest_ms
    is_late = batch.ts_ms < closed_until_ms
    if not (is_old.any() or is_same.any()):
        return Sifted(batch, _stretches(batch, is_late, batch.ts_ms, layout, closed_until_ms))
    values = batch.values.copy()
    differs = _take_same(batch, is_same, values, carry, layout)
    values[np.ix_(is_old, np.append(layout.gauge_columns, layout.circular_columns))] = np.nan
    column = layout.ordered_columns
    stale = batch.ts_ms[:, np.newaxis] <= carry.field_ts_ms[batch.slots]
    values[:, column] = np.where(stale, np.nan, values[:, column])
    says: NDArray[np.bool_] = np.any(~np.isnan(values), axis=1)
    is_wrong = is_old | differs | (is_late & says)
    next_ms = np.where(is_old, newest_ms, batch.ts_ms)
    wrong = _stretches(batch, is_wrong, next_ms, layout, closed_until_ms)
    return Sifted(Batch(batch.slots, batch.ts_ms, values, batch.window_ms).only(says), wrong)


def _take_same(
    batch: Batch, is_same: NDArray[np.bool_], values: Floats, carry: Carry, layout: Layout
) -> NDArray[np.bool_]:
    """Leave in `values` only what a repeated reading adds; tell which readings contradict."""
    slots, came = batch.slots[is_same], batch.values[is_same]
    known = carry.reading[slots]
    values[is_same] = np.where(np.isnan(known), came, np.nan)
    carry.reading[slots] = np.where(np.isnan(came), known, came)
    differs = ~np.isnan(known) & ~np.isnan(came) & (known != came)
    for position, column in enumerate(layout.ordered_columns):
        changed = differs[:, column]
        amounts = layout.whole(position, came[changed, column])
        carry.field_value[slots[changed], position] = amounts
    contradicts = np.zeros(len(batch), np.bool_)
    contradicts[is_same] = differs.any(axis=1)
    return contradicts


def _stretches(
    batch: Batch, rows: NDArray[np.bool_], next_ms: Integers, layout: Layout, closed_until_ms: int
) -> Stretches:
    """Return what readings that were not known in time have made wrong.

    That is their own window; what was taken to last over them and is written already; and the
    step to the next reading, where that was known before them.
    """
    slots, from_ms = batch.slots[rows], batch.ts_ms[rows]
    held_until_ms = np.minimum(from_ms + layout.longest_gap_ms, closed_until_ms - 1)
    next_step_ms = np.minimum(next_ms[rows], from_ms + layout.look_back_ms)
    until_ms = np.maximum(np.maximum(held_until_ms, next_step_ms), from_ms)
    return Stretches(slots, from_ms, until_ms)

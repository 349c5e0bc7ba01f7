"""How a batch of readings becomes part of the windows: whole arrays at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ingest.rollups.arrays import Floats, Integers, ScalarT, Slots
from ingest.rollups.batch import Batch
from ingest.rollups.carry import Carry
from ingest.rollups.layout import VECTOR_UNITS, Layout
from ingest.rollups.open_windows import OpenWindows
from ingest.rollups.window import Window

BLOCK_READINGS = 4_096
"""Gauges are folded so many readings at a time: what is computed on the way stays in the cache, and
is small enough that its memory is used again and not given back to the system and zeroed anew."""


def fold(batch: Batch, layout: Layout, carry: Carry, windows: OpenWindows) -> None:
    """Add a batch to the windows that are open, and remember the last of each device.

    Readings of closed windows are remembered only. Every value of an ordered field must be newer
    than the newest of that field and device.
    """
    for block in batch.blocks(BLOCK_READINGS):
        _fold_gauges(block, layout, windows)
    for position, column in enumerate(layout.ordered_columns):
        values = batch.values[:, column]
        present = ~np.isnan(values)
        if present.any():
            _fold_ordered(batch.only(present), values[present], position, layout, carry, windows)
    _remember(batch, carry)


def _fold_gauges(batch: Batch, layout: Layout, windows: OpenWindows) -> None:
    values = batch.values[:, layout.gauge_columns]
    is_there = ~np.isnan(values)
    amounts = _amounts(values, is_there, layout)
    directions = batch.values[:, layout.circular_columns]
    if directions.size:
        has_direction = ~np.isnan(directions)
        is_there = np.hstack([is_there, has_direction])
        amounts = np.hstack([amounts, _vectors(directions)])
    at = batch.segments
    sums = _reduced(np.add, amounts, at)
    counts = _reduced(np.add, is_there.astype(np.int32), at)
    low, high = _reduced(np.fmin, values, at), _reduced(np.fmax, values, at)
    for window, rows in _by_window(batch, windows):
        slots = batch.slots[at[rows]]
        window.heard[slots] = True
        window.add_gauges(slots, sums[rows], counts[rows], low[rows], high[rows])


def _amounts(values: Floats, is_there: NDArray[np.bool_], layout: Layout) -> Integers:
    """Return values in units of summing, 0 where absent; in place, as fresh memory is slow."""
    amounts = values * layout.units
    np.rint(amounts, out=amounts)
    np.copyto(amounts, 0.0, where=~is_there)
    return amounts.astype(np.int64)


def _reduced(operation: np.ufunc, column: NDArray[ScalarT], at: Slots) -> NDArray[ScalarT]:
    """Reduce rows from each index to the next; quick where none has company, as in large fleets."""
    if len(at) == len(column):
        return column
    reduced: NDArray[ScalarT] = operation.reduceat(column, at, axis=0)
    return reduced


def _vectors(directions: Floats) -> Integers:
    """Return cosines, then sines, of directions in degrees, in units of summing; 0 for NaN."""
    radians = np.deg2rad(np.nan_to_num(directions))
    lengths = np.where(np.isnan(directions), 0.0, VECTOR_UNITS)
    parts = [np.rint(np.cos(radians) * lengths), np.rint(np.sin(radians) * lengths)]
    return np.hstack(parts).astype(np.int64)


def _fold_ordered(  # noqa: PLR0913, PLR0917 - a batch and all that it changes
    batch: Batch,
    values: Floats,
    position: int,
    layout: Layout,
    carry: Carry,
    windows: OpenWindows,
) -> None:
    """Fold the values of one ordered field, a batch in which each reading has one."""
    whole = layout.whole(position, values)
    first = batch.slots[batch.is_first]
    before = _shifted(whole, batch, carry.field_value[first, position])
    before_ms = _shifted(batch.ts_ms, batch, carry.field_ts_ms[first, position])
    last = batch.slots[batch.is_last]
    carry.field_value[last, position] = whole[batch.is_last]
    carry.field_ts_ms[last, position] = batch.ts_ms[batch.is_last]
    ends = np.append(batch.segments[1:], len(batch)) - 1
    for window, rows in _by_window(batch, windows):
        window.last[batch.slots[ends[rows]], position] = values[ends[rows]]
    if position < len(layout.counters):
        rule = layout.rules[position]
        gains = rule.gains(before, whole, batch.ts_ms - before_ms)
        sums = np.add.reduceat(gains, batch.segments)
        for window, rows in _by_window(batch, windows):
            window.gains[batch.slots[batch.segments[rows]], position] += sums[rows]
    else:
        words = layout.first_words[position - len(layout.counters)] + before
        until_ms = np.minimum(batch.ts_ms, before_ms + layout.longest_gap_ms)
        windows.add_held(batch.slots, words, before_ms, until_ms)


def _shifted(column: Integers, batch: Batch, carried: Integers) -> Integers:
    """Return what came before each reading: of a device's first one, what was carried."""
    before = np.empty_like(column)
    before[1:] = column[:-1]
    before[batch.is_first] = carried
    return before


def _by_window(batch: Batch, windows: OpenWindows) -> Iterator[tuple[Window, Slots | slice]]:
    """Yield each open window with the segments that lie in it."""
    starts_ms = batch.starts_ms[batch.segments]
    first_ms = int(starts_ms[0])
    if (starts_ms == first_ms).all():
        if first_ms >= windows.closed_until_ms:
            yield windows.at(first_ms), slice(None)
        return
    for start_ms in np.unique(starts_ms[starts_ms >= windows.closed_until_ms]).tolist():
        yield windows.at(start_ms), np.flatnonzero(starts_ms == start_ms)


def _remember(batch: Batch, carry: Carry) -> None:
    """Keep the newest reading of each device."""
    rows = np.flatnonzero(batch.is_last)
    rows = rows[batch.ts_ms[rows] > carry.ts_ms[batch.slots[rows]]]
    carry.ts_ms[batch.slots[rows]] = batch.ts_ms[rows]
    carry.reading[batch.slots[rows]] = batch.values[rows]

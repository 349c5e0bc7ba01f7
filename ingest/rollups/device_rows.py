"""What a window says of each device, as rows for the store."""

from collections.abc import Sequence

import numpy as np

from devices.schema import Field, FieldType
from ingest.core.rows import Bucket, Rows
from ingest.rollups.arrays import Floats, Slots
from ingest.rollups.columns import device_columns, state_words
from ingest.rollups.layout import VECTOR_UNITS, Layout
from ingest.rollups.roster import Roster
from ingest.rollups.tiers import device_measurement
from ingest.rollups.window import Window

LEAST_RESULTANT = 1e-6
"""Directions whose vectors are on average shorter than this cancel out: there is no mean."""

Column = Floats | Sequence[str | None]


def device_rows(layout: Layout, roster: Roster, part: Window, slots: Slots, suffix: str) -> Rows:
    """Return the rows of some devices, each of them heard in the window.

    Args:
        layout: Of the kind.
        roster: Its devices.
        part: The part of these devices of a window, closed or as it is so far.
        slots: The devices, in the order of the rows.
        suffix: Of the window's tier.
    """
    sites, devices = roster.sites, roster.devices
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=device_measurement(layout.kind.name, suffix),
        tags={
            "site": [sites[number] for number in roster.sites_of(slots).tolist()],
            "device": [devices[slot] for slot in slots.tolist()],
        },
        ts_ms=np.full(len(slots), part.start_ms, np.int64),
        columns=_columns(layout, part),
    )


def means(layout: Layout, part: Window) -> Floats:
    """Return the mean of each gauge, shape (devices, gauges); NaN where nothing came."""
    gauges = len(layout.gauges)
    sums, counts = part.sums[:, :gauges], part.counts[:, :gauges]
    with np.errstate(invalid="ignore"):  # 0 / 0 where nothing came
        exact = sums / (counts * layout.units)
    # A value finer than the unit of summing was rounded; a mean never leaves its own extremes.
    return np.clip(exact, part.low, part.high) + 0.0  # no negative zero


def mean_directions(layout: Layout, part: Window) -> Floats:
    """Return the mean of each direction, shape (devices, circular), in degrees from 0 to 360."""
    gauges, circular = len(layout.gauges), len(layout.circular)
    cosines = part.sums[:, gauges : gauges + circular].astype(np.float64)
    sines = part.sums[:, gauges + circular :].astype(np.float64)
    length = part.counts[:, gauges:].astype(np.float64) * VECTOR_UNITS
    return mean_direction(cosines, sines, length)


def mean_direction(cosines: Floats, sines: Floats, length: Floats) -> Floats:
    """Return the direction of summed vectors in degrees, NaN where they cancel out.

    Args:
        cosines: Sums of cosines.
        sines: Sums of sines.
        length: What the sum's length would be if all pointed the same way.
    """
    # A tiny negative angle becomes 360 by the first remainder, and 0 by the second.
    degrees = np.rad2deg(np.arctan2(sines, cosines)) % 360.0 % 360.0
    return np.where(np.hypot(sines, cosines) > LEAST_RESULTANT * length, degrees, np.nan)


def _columns(layout: Layout, part: Window) -> dict[str, Column]:
    figures = {
        **_gauges(layout, part),
        **_directions(layout, part),
        **_counters(layout, part),
        **_timed(layout, part),
    }
    return {name: figures[name] for name in device_columns(layout.kind)}


def _gauges(layout: Layout, part: Window) -> dict[str, Column]:
    mean, counts = _turned(means(layout, part)), _counts(part)
    low, high = _turned(part.low) + 0.0, _turned(part.high) + 0.0
    figures: dict[str, Column] = {}
    for place, field in enumerate(layout.gauges):
        figures[f"{field.name}_mean"] = mean[place]
        figures[f"{field.name}_min"] = low[place]
        figures[f"{field.name}_max"] = high[place]
        figures[f"{field.name}_count"] = counts[place]
    return figures


def _directions(layout: Layout, part: Window) -> dict[str, Column]:
    mean, counts = _turned(mean_directions(layout, part)), _counts(part)
    figures: dict[str, Column] = {}
    for place, field in enumerate(layout.circular):
        figures[f"{field.name}_mean"] = mean[place]
        figures[f"{field.name}_count"] = counts[len(layout.gauges) + place]
    return figures


def _counts(part: Window) -> Floats:
    counts = part.counts.astype(np.float64)
    counts[counts == 0] = np.nan
    return _turned(counts)


def _turned(table: Floats) -> Floats:
    """Return a table by column, each column in one piece of memory, as encoders want it."""
    return np.ascontiguousarray(table.T)


def _counters(layout: Layout, part: Window) -> dict[str, Column]:
    figures: dict[str, Column] = {}
    for place, field in enumerate(layout.counters):
        last = part.last[:, place]
        gains = np.maximum(part.gains[:, place], 0) / layout.rules[place].units
        figures[f"{field.name}_increase"] = np.where(np.isnan(last), np.nan, gains)
        figures[f"{field.name}_last"] = last + 0.0
    return figures


def _timed(layout: Layout, part: Window) -> dict[str, Column]:
    figures: dict[str, Column] = {}
    for place, field in enumerate(layout.timed):
        words = slice(*layout.first_words[place : place + 2])
        held_s = part.held_ms[:, words] / 1000
        known_s = held_s.sum(axis=1)
        known_s[known_s == 0] = np.nan
        if field.type is FieldType.BOOLEAN:
            figures[f"{field.name}_ratio"] = held_s[:, 1] / known_s
            continue
        held_s[np.isnan(known_s)] = np.nan
        last = part.last[:, len(layout.counters) + place]
        figures[f"{field.name}_last"] = _words(field, last)
        for word, held in zip(state_words(field), _turned(held_s), strict=True):
            figures[f"{field.name}_{word}_s"] = held
    return figures


def _words(field: Field, codes: Floats) -> list[str | None]:
    words = (*field.states, None)
    return [words[code] for code in np.nan_to_num(codes, nan=-1).astype(np.int64).tolist()]

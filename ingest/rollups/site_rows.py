"""What a window says of each site: figures over its devices, in no order but of their size."""

from collections.abc import Iterator

import numpy as np

from devices.schema import FieldType
from devices.units import adds_up
from ingest.core.rows import Bucket, Rows
from ingest.rollups.arrays import Floats, Integers, Slots
from ingest.rollups.columns import DEVICES_COUNT, site_columns, state_words
from ingest.rollups.device_rows import mean_direction, mean_directions, means
from ingest.rollups.layout import Layout
from ingest.rollups.roster import Roster
from ingest.rollups.tiers import site_measurement
from ingest.rollups.window import Window

PERCENTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def site_rows(layout: Layout, roster: Roster, part: Window, slots: Slots, suffix: str) -> Rows:
    """Return the rows of the sites of some devices, each of them heard in the window.

    Args:
        layout: Of the kind.
        roster: Its devices.
        part: The part of these devices of a window, closed or as it is so far.
        slots: The devices, those of a site together.
        suffix: Of the window's tier.
    """
    sites = roster.sites_of(slots)
    starts = np.flatnonzero(np.diff(sites, prepend=-1))
    columns = {DEVICES_COUNT: np.diff(starts, append=len(slots)).astype(np.float64)}
    for figures in (
        _gauges(layout, means(layout, part), starts),
        _directions(layout, mean_directions(layout, part), starts),
        _counters(layout, part, starts),
        _timed(layout, part, starts),
    ):
        columns.update(figures)
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=site_measurement(layout.kind.name, suffix),
        tags={"site": [roster.sites[number] for number in sites[starts].tolist()]},
        ts_ms=np.full(len(starts), part.start_ms, np.int64),
        columns={name: columns[name] for name in site_columns(layout.kind)},
    )


def _gauges(layout: Layout, mean: Floats, starts: Slots) -> dict[str, Floats]:
    names = ("sum", "mean", "min", "max", *PERCENTILES)
    columns: dict[str, Floats] = {}
    for place, field in enumerate(layout.gauges):
        figures = zip(*map(_statistics, _by_site(mean[:, place], starts)), strict=True)
        for name, column in zip(names, map(np.array, figures), strict=True):
            if name != "sum" or adds_up(field.name):
                columns[f"{field.name}_{name}"] = column
    return columns


def _statistics(values: Floats) -> list[float]:
    """Return sum, mean, min, max and percentiles of ascending values."""
    if not values.size:
        return [np.nan] * (4 + len(PERCENTILES))
    total = float(values.sum())
    mean = min(max(total / len(values), values[0]), values[-1])
    percentiles = (_percentile(values, share) for share in PERCENTILES.values())
    return [total, mean, values[0], values[-1], *percentiles]


def _percentile(values: Floats, share: float) -> float:
    """Return a percentile of ascending values, between two of them by distance."""
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return float(values[below] + (values[above] - values[below]) * (place - below))


def _by_site(column: Floats, starts: Slots) -> Iterator[Floats]:
    """Yield the values of each site, ascending, so that sums do not depend on who came first."""
    for values in np.split(column, starts[1:]):
        yield np.sort(values[~np.isnan(values)])


def _directions(layout: Layout, mean: Floats, starts: Slots) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for place, field in enumerate(layout.circular):
        sorted_rad = [np.deg2rad(values) for values in _by_site(mean[:, place], starts)]
        columns[f"{field.name}_mean"] = mean_direction(
            np.array([np.cos(radians).sum() for radians in sorted_rad]),
            np.array([np.sin(radians).sum() for radians in sorted_rad]),
            np.array([len(radians) for radians in sorted_rad], np.float64),
        )
    return columns


def _counters(layout: Layout, part: Window, starts: Slots) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for place, field in enumerate(layout.counters):
        gains = np.maximum(part.gains[:, place], 0)
        heard = _sums(~np.isnan(part.last[:, place]), starts)
        increase = _sums(gains, starts) / layout.rules[place].units
        columns[f"{field.name}_increase"] = np.where(heard > 0, increase, np.nan)
    return columns


def _timed(layout: Layout, part: Window, starts: Slots) -> dict[str, Floats]:
    columns: dict[str, Floats] = {}
    for place, field in enumerate(layout.timed):
        last = part.last[:, len(layout.counters) + place]
        heard = _sums(~np.isnan(last), starts)
        for code, word in enumerate(state_words(field)):
            if field.type is FieldType.BOOLEAN and not code:
                continue
            count = _sums(last == code, starts).astype(np.float64)
            columns[f"{field.name}_{word}_count"] = np.where(heard > 0, count, np.nan)
    return columns


def _sums(column: np.ndarray, starts: Slots) -> Integers:
    return np.add.reduceat(column, starts, dtype=np.int64)

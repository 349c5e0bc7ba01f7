"""Between which values nothing changes: most readings need no more than this comparison.

There is one band for all devices, inside which no condition begins to hold, and one for each
device of which a condition holds: a home that draws power all evening is no news all evening.
"""

import numpy as np

from ingest.rules.arrays import Bools, Floats, Rows, grown
from ingest.rules.plan import Plan
from ingest.rules.rule import Signal


class Bands:
    """The bands of the columns that values and words are compared of."""

    def __init__(self, plan: Plan) -> None:
        bounded = np.isfinite(plan.low) | np.isfinite(plan.high)
        self._columns = np.flatnonzero(bounded)
        self._low, self._high = plan.low[self._columns], plan.high[self._columns]
        values = plan.conditions_with(Signal.VALUE)
        places = np.searchsorted(self._columns, plan.columns[values])
        by_place = np.argsort(places, kind="stable")
        self._values = values[by_place]
        self._valued_at, self._starts = np.unique(places[by_place], return_index=True)
        self._falling = plan.sign[self._values] < 0
        worded = plan.columns[plan.conditions_with(Signal.WORD)]
        self._words_at = np.unique(np.searchsorted(self._columns, worded))
        width = len(self._columns)
        self._own_low, self._own_high = np.empty((0, width)), np.empty((0, width))

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        have = len(self._own_low)
        self._own_low = grown(self._own_low, devices, -np.inf)
        self._own_high = grown(self._own_high, devices, np.inf)
        self._own_low[have:], self._own_high[have:] = self._low, self._high

    def left(self, readings: Floats) -> Bools:
        """Return which readings leave the band of all devices, shape (n,)."""
        columns = np.ascontiguousarray(readings.T[self._columns])
        outside = np.logical_or(columns > self._high[:, None], columns < self._low[:, None])
        left: Bools = np.logical_or.reduce(outside, axis=0)
        return left

    def left_own(self, rows: Rows, readings: Floats) -> Bools:
        """Return which readings leave the band of their device, shape (n,)."""
        values = readings[:, self._columns]
        outside = np.logical_or(values > self._own_high[rows], values < self._own_low[rows])
        left: Bools = np.logical_or.reduce(outside, axis=1)
        return left

    def forget(self, rows: Rows) -> None:
        """Let every reading leave the bands of these devices, until they are set."""
        self._own_low[rows], self._own_high[rows] = np.inf, -np.inf

    def set_own(  # noqa: PLR0913 - what a band is made of
        self,
        rows: Rows,
        readings: Floats,
        *,
        holds: Bools,
        asked: Bools,
        fire: Floats,
        clear: Floats,
    ) -> None:
        """Set the bands of devices by what holds now.

        Args:
            rows: Shape (n,), devices, each once.
            readings: Shape (n, fields), their latest.
            holds: Shape (n, conditions).
            asked: Shape (n, conditions), which conditions are asked of them at all.
            fire: Shape (n or 1, conditions), beyond which signal a condition begins to hold,
            clear: and beyond which it goes on.
        """
        at = self._values
        held, idle = holds[:, at], asked[:, at] & ~holds[:, at]
        # Of what is turned to be above its threshold: held stays above, idle stays at or below.
        bottom = np.where(held, np.nextafter(clear[:, at], np.inf), -np.inf)
        top = np.where(idle, fire[:, at], np.inf)
        lows = np.where(self._falling, -top, bottom)
        highs = np.where(self._falling, -bottom, top)
        low = np.full((len(rows), len(self._columns)), -np.inf)
        high = np.full_like(low, np.inf)
        if len(self._starts):
            low[:, self._valued_at] = np.maximum.reduceat(lows.T, self._starts, axis=0).T
            high[:, self._valued_at] = np.minimum.reduceat(highs.T, self._starts, axis=0).T
        words = self._words_at
        codes = readings[:, self._columns[words]]
        untold = np.isnan(codes)
        low[:, words] = np.where(untold, self._own_low[np.ix_(rows, words)], codes)
        high[:, words] = np.where(untold, self._own_high[np.ix_(rows, words)], codes)
        self._own_low[rows], self._own_high[rows] = low, high

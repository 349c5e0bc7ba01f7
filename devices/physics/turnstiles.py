"""Turnstiles, which a day's guests pass one by one, each at a moment of its own."""

import numpy as np

from devices.arrays import Floats


class Turnstiles:
    """The guests of n gates, counted.

    Each guest of the day draws a time of arrival and of departure. So what is still to come is
    shared by chance between this step and the rest of the day, which is exact for steps of any
    length: counts are whole, never fall, and add up to the day's guests.
    """

    def __init__(self, count: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._day: int | None = None
        self._guests = np.zeros(count, dtype=np.int64)
        self._arrived_ratio = self._left_ratio = 0.0
        self.entered = np.zeros(count, dtype=np.int64)
        self.left = np.zeros(count, dtype=np.int64)

    @property
    def inside(self) -> Floats:
        """People who came and have not left yet."""
        return (self.entered - self.left).astype(np.float64)

    def begin_day(self, day: int, guests: Floats) -> None:
        """Send everybody of the day before home, and expect so many; the same day changes nothing.

        Args:
            day: Number of the local day.
            guests: Who will come through each gate in the day, shape (n,).
        """
        if day == self._day:
            return
        self.pass_through(1.0, 1.0)
        self._day = day
        self._guests = self.entered + np.rint(guests).astype(np.int64)
        self._arrived_ratio = self._left_ratio = 0.0

    def pass_through(self, arrived_ratio: float, left_ratio: float) -> None:
        """Advance to the moment at which these shares of the day's guests have come and gone."""
        self.entered = self.entered + self._drawn(
            self._guests - self.entered,
            arrived_ratio - self._arrived_ratio,
            1.0 - self._arrived_ratio,
        )
        self.left = self.left + self._drawn(
            self.entered - self.left,
            left_ratio - self._left_ratio,
            arrived_ratio - self._left_ratio,
        )
        self._arrived_ratio, self._left_ratio = arrived_ratio, left_ratio

    def _drawn(
        self, people: np.ndarray[tuple[int], np.dtype[np.int64]], share: float, of_share: float
    ) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Return how many of the people pass now, if `of_share` pass from now on in all."""
        if share <= 0.0:
            return np.zeros_like(people)
        return self._rng.binomial(people, min(share / of_share, 1.0))

"""Which points have been shipped, in whatever order that happened."""

from bisect import bisect_left, insort
from collections.abc import Iterator


class Shipped:
    """All points before one, and some ranges ahead of it.

    Args:
        point: Number of the first point not yet shipped.

    Attributes:
        point: Every point before this one has been shipped, and it has not.
        ahead: How many points after it have been shipped.
    """

    def __init__(self, point: int) -> None:
        self.point = point
        self.ahead = 0
        self._ranges: list[tuple[int, int]] = []  # ascending, none touches another

    def add(self, first_point: int, end_point: int) -> int:
        """Note that points have been shipped, and return how many of them had not been before.

        Args:
            first_point: Number of the first of them.
            end_point: Number after the last of them.
        """
        before = self.point + self.ahead
        first_point, end_point = max(first_point, self.point), max(end_point, self.point)
        for each in list(self._touching(first_point, end_point)):
            self._ranges.remove(each)
            self.ahead -= each[1] - each[0]
            first_point, end_point = min(first_point, each[0]), max(end_point, each[1])
        # Less ahead first: whoever looks from another thread finds too much waiting, never none.
        if first_point <= self.point:
            self.point = end_point
        else:
            insort(self._ranges, (first_point, end_point))
            self.ahead += end_point - first_point
        return self.point + self.ahead - before

    def _touching(self, first_point: int, end_point: int) -> Iterator[tuple[int, int]]:
        start = max(bisect_left(self._ranges, (first_point,)) - 1, 0)
        for each in self._ranges[start:]:
            if each[0] > end_point:
                return
            if each[1] >= first_point:
                yield each

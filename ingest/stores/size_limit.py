"""Remembers how large a write call may be."""

from collections.abc import Callable

MEMORY_S = 600.0


class SizeLimit:
    """The largest body to try: less for a while after the database called one too large."""

    def __init__(self, max_bytes: int, clock: Callable[[], float]) -> None:
        """Start with `max_bytes`.

        Args:
            max_bytes: Never more than that.
            clock: Monotonic time in seconds.
        """
        self._most_bytes = max_bytes
        self._small_bytes = max_bytes
        self._until = 0.0
        self._clock = clock

    @property
    def max_bytes(self) -> int:
        """The size to keep to now."""
        return self._small_bytes if self._clock() < self._until else self._most_bytes

    def shrink(self, max_bytes: int) -> None:
        """Keep to `max_bytes` for ten minutes."""
        self._small_bytes = max(min(max_bytes, self.max_bytes), 1)
        self._until = self._clock() + MEMORY_S

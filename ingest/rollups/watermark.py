"""How far event time has come, by what was heard and, when nothing is, by the wall clock."""


class Watermark:
    """The moment before which no reading is awaited any more.

    Args:
        lateness_ms: How much older than the newest reading one may be and still be in time.
        idle_ms: When nothing has come for so long, time goes on with the wall clock.

    Attributes:
        newest_ms: The greatest event time heard, at most the wall clock's at that moment, so that
            a device whose clock is ahead closes nothing.
    """

    def __init__(self, newest_ms: int, now_ms: int, *, lateness_ms: int, idle_ms: int) -> None:
        self.newest_ms = min(newest_ms, now_ms)
        self._heard_at_ms = now_ms
        self._lateness_ms = lateness_ms
        self._idle_ms = idle_ms
        self._reached_ms = self.newest_ms - lateness_ms

    def adopt(self, *, lateness_ms: int, idle_ms: int) -> None:
        """Go by other times from now on."""
        self._lateness_ms = lateness_ms
        self._idle_ms = idle_ms

    def hear(self, newest_ms: int, now_ms: int) -> None:
        """Take note of readings.

        Args:
            newest_ms: The greatest event time among them.
            now_ms: Wall clock.
        """
        self.newest_ms = max(self.newest_ms, min(newest_ms, now_ms))
        self._heard_at_ms = now_ms

    def at(self, now_ms: int) -> int:
        """Return the watermark; it never goes back, whatever the wall clock does."""
        idle_ms = max(0, now_ms - self._heard_at_ms - self._idle_ms)
        reached_ms = self.newest_ms + idle_ms - self._lateness_ms
        self._reached_ms = max(self._reached_ms, reached_ms)
        return self._reached_ms

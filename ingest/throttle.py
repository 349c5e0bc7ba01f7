"""Says a thing that repeats once in a while instead of every time."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic

MOST_KEYS = 1_000


@dataclass(slots=True)
class _Seen:
    admitted_at: float
    suppressed: int = 0


class Throttle:
    """Lets each key through once every `every_s` seconds and counts what it held back.

    `if (suppressed := throttle.admit("spool full")) is not None:`
    `    logger.warning("the spool is full", extra={"suppressed": suppressed})`

    It remembers the keys that came through last, at most 1,000, so that keys made from what
    comes over the network cannot fill the memory.

    Args:
        every_s: Least seconds between two that are let through.
        clock: Monotonic seconds.
    """

    def __init__(self, every_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._every_s = every_s
        self._clock = clock
        self._seen: dict[Hashable, _Seen] = {}

    def admit(self, key: Hashable = None) -> int | None:
        """Return how many were held back since the last one let through, or None: hold back."""
        now = self._clock()
        seen = self._seen.get(key)
        if seen is not None and now - seen.admitted_at < self._every_s:
            seen.suppressed += 1
            return None
        self._seen.pop(key, None)  # to be the newest again
        self._seen[key] = _Seen(now)
        if len(self._seen) > MOST_KEYS:
            del self._seen[next(iter(self._seen))]
        return seen.suppressed if seen is not None else 0

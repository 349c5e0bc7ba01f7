"""How long to wait before telling is tried again."""

import random

FIRST_S = 0.5
MOST_S = 30.0


class Patience:
    """Full jitter: waits up to twice as long after each failure.

    Args:
        most_s: Longest wait, seconds.
        rng: Spreads the waits.
    """

    def __init__(self, most_s: float = MOST_S, rng: random.Random | None = None) -> None:
        self._most_s = most_s
        self._rng = rng or random.Random()  # noqa: S311 - jitter, no secret
        self._failures = 0

    def next_s(self) -> float:
        """Return the wait after one more failure, seconds."""
        longest_s = min(self._most_s, FIRST_S * 2 ** min(self._failures, 10))
        self._failures += 1
        return self._rng.uniform(0, longest_s)

    def reset(self) -> None:
        """Note a success."""
        self._failures = 0

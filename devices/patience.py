"""How long to wait before something that failed is tried again."""

import random

FIRST_S = 0.5
MOST_S = 30.0
MOST_DOUBLINGS = 10


class Patience:
    """Full jitter: waits of any length up to a limit that doubles with each failure.

    A thousand clients that lost one server must not come back as one.

    Args:
        first_s: Longest wait after the first failure, seconds.
        most_s: Longest wait of all, seconds.
        rng: Spreads the waits.

    Attributes:
        failures: How many there were since the last success.
    """

    def __init__(
        self,
        *,
        first_s: float = FIRST_S,
        most_s: float = MOST_S,
        rng: random.Random | None = None,
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._rng = rng or random.Random()  # noqa: S311 - jitter, no secret
        self.failures = 0

    def next_s(self) -> float:
        """Return the wait after one more failure, seconds."""
        longest_s = min(self._most_s, self._first_s * 2 ** min(self.failures, MOST_DOUBLINGS))
        self.failures += 1
        return self._rng.uniform(0, longest_s)

    def reset(self) -> None:
        """Note a success."""
        self.failures = 0

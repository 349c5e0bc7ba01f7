"""How fast something is counted: now, and over the last minute."""

from collections import defaultdict, deque
from collections.abc import Sequence

from ingest.core.ledger import Ledger

MINUTE_S = 60
RECENT_S = 5
BLOCKS = "▁▂▃▄▅▆▇█"
ASCII_BLOCKS = "_.-:=+*#"


class Rate:
    """Counts by the second of the monotonic clock, for a minute.

    Attributes:
        seconds: What was counted in each second, the last one being the latest.
    """

    def __init__(self) -> None:
        self.seconds: deque[int] = deque(maxlen=MINUTE_S)
        self._total = 0
        self._second: int | None = None

    def sample(self, now_s: float, total: int) -> None:
        """Take a sample of the clock and of what was counted so far; several a second, say."""
        second = int(now_s)
        if self._second is None:
            self._second = second
        passed = second - self._second
        if passed > 0:
            each, rest = divmod(total - self._total, passed)
            self.seconds.extend([each] * (passed - 1) + [each + rest])
            self._second, self._total = second, total

    @property
    def per_s(self) -> float:
        """The mean of the last few seconds; 0 at the beginning."""
        recent = list(self.seconds)[-RECENT_S:]
        return sum(recent) / len(recent) if recent else 0.0


class Rates:
    """How fast the service receives messages and commits readings.

    Attributes:
        messages: Messages received.
        kinds: Readings committed, by kind.
    """

    def __init__(self) -> None:
        self.messages = Rate()
        self.kinds: defaultdict[str, Rate] = defaultdict(Rate)

    def sample(self, now_s: float, ledger: Ledger) -> None:
        """Take a sample of the monotonic clock and of the books."""
        self.messages.sample(now_s, ledger.messages.received)
        for kind, committed in ledger.committed_by_kind.items():
            self.kinds[kind].sample(now_s, committed)


def sparkline(values: Sequence[int], width: int, blocks: str = BLOCKS) -> str:
    """Draw the latest values as bars between zero and the greatest of them."""
    shown = list(values)[-width:]
    most = max(shown, default=0) or 1
    return "".join(blocks[round(value / most * (len(blocks) - 1))] for value in shown)

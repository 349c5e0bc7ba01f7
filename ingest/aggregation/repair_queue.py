"""Which span is computed anew next, and when."""

from collections.abc import Iterable

from ingest.rollups.span import MOST_SPANS, Span

MOST_WAIT_S = 300.0
"""A span that is marked again and again is repaired after so long nevertheless."""


class RepairQueue:
    """Spans that wait for repair: each until it has been quiet for a while, the oldest first.

    Times are monotonic seconds.

    Attributes:
        given_up: How many came when `MOST_SPANS` waited.
    """

    def __init__(self) -> None:
        self.given_up = 0
        self._due_at: dict[Span, float] = {}
        self._deadline: dict[Span, float] = {}
        self._under_way: Span | None = None

    def __len__(self) -> int:
        return len(self.spans)

    @property
    def spans(self) -> frozenset[Span]:
        """Return all that wait, and the one under way."""
        under_way = () if self._under_way is None else (self._under_way,)
        return frozenset((*self._due_at, *under_way))

    def mark(self, spans: Iterable[Span], due_at: float) -> None:
        """Have spans repaired, not before a moment; one that waits already may wait longer."""
        for span in spans:
            if len(self._due_at) >= MOST_SPANS and span not in self._due_at:
                self.given_up += 1
                continue
            deadline = self._deadline.setdefault(span, due_at + MOST_WAIT_S)
            self._due_at[span] = min(max(due_at, self._due_at.get(span, due_at)), deadline)

    def begin(self, now: float) -> Span | None:
        """Return the oldest span that is due and take it under way, or None."""
        due = [span for span, due_at in self._due_at.items() if due_at <= now]
        if not due:
            return None
        self._under_way = min(due, key=lambda span: (span.start_ms, span))
        del self._due_at[self._under_way], self._deadline[self._under_way]
        return self._under_way

    def end(self, *, again_at: float | None = None) -> None:
        """Note that the span under way is repaired, or that it must be tried again at a moment."""
        span, self._under_way = self._under_way, None
        if span is not None and again_at is not None:
            self.mark([span], again_at)

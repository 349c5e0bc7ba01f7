"""Which spans must be computed again, because readings came that were not folded in time."""

import numpy as np

from ingest.rollups.disorder import Stretches
from ingest.rollups.roster import Roster
from ingest.rollups.span import MOST_SPANS, Span


class Repairs:
    """Collects spans until they may be computed again: when they are over.

    Args:
        span_ms: Length of a span.

    Attributes:
        waiting: What was collected, at most `MOST_SPANS`.
        given_up: How many came beyond that.
    """

    def __init__(self, span_ms: int) -> None:
        self.waiting: set[Span] = set()
        self.given_up = 0
        self._span_ms = span_ms

    def want(self, kind: str, roster: Roster, wrong: Stretches) -> None:
        """Have every span computed again that lies in a stretch in part or whole."""
        if not wrong.slots.size:
            return
        sites = roster.sites_of(wrong.slots)
        first, last = wrong.from_ms // self._span_ms, wrong.until_ms // self._span_ms
        low, width = int(first.min()), int(last.max() - first.min()) + 1
        # One number for each site and pair of spans: sorting rows of three takes far longer.
        codes = (sites * width + (first - low)) * width + (last - low)
        for code in np.unique(codes).tolist():
            rest, end = divmod(code, width)
            site, start = divmod(rest, width)
            for place in range(low + start, low + end + 1):
                self.add(Span(kind, roster.sites[site], place * self._span_ms))

    def add(self, span: Span) -> None:
        """Have a span computed again, unless there are too many."""
        if len(self.waiting) < MOST_SPANS:
            self.waiting.add(span)
        elif span not in self.waiting:
            self.given_up += 1

    def due(self, kind: str, closed_until_ms: int) -> set[Span]:
        """Return the kind's spans that are over, and forget them."""
        due = {
            span
            for span in self.waiting
            if span.kind == kind and span.start_ms + self._span_ms <= closed_until_ms
        }
        self.waiting -= due
        return due

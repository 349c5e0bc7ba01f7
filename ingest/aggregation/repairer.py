"""Has spans repaired that late readings or a crash left wrong: one at a time, live work first."""

import logging
from collections.abc import Iterable, Sequence

from ingest.aggregation.closing import Closing
from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.rebuild import computed
from ingest.aggregation.repair_queue import RepairQueue
from ingest.aggregation.surroundings import Surroundings
from ingest.core.frame import Frame
from ingest.core.plausibility import DAY_MS
from ingest.core.rows import Rows
from ingest.errors import SpoolFull, StoreError
from ingest.rollups.reach import look_back_ms
from ingest.rollups.span import Span
from ingest.throttle import Throttle

LOOK_S = 0.25
RETRY_S = 15.0
REST = 2.0  # times as long as the repair took
SAY_S = 60.0

log = logging.getLogger(__name__)


class Repairer:
    """Repairs what is marked, when the readings that made it wrong are in the database.

    Args:
        around: Store, reader and clocks.
        quiet_s: How long a span must not have been marked again.
        figures: Filled on the way.

    Attributes:
        quiet_s: The same; another one counts for spans that are marked from then on.
    """

    def __init__(self, around: Surroundings, quiet_s: float, figures: RollupFigures) -> None:
        self._around = around
        self.quiet_s = quiet_s
        self._figures = figures
        self._queue = RepairQueue()
        self._closing = Closing(around.kinds, around.tiers)
        self._partly: set[Span] = set()  # repaired as far as their windows had closed
        self._took_s = 0.0
        self._throttle = Throttle(SAY_S, around.clock)

    @property
    def given_up(self) -> int:
        """How many were not taken because too many waited."""
        return self._queue.given_up

    @property
    def spans(self) -> frozenset[Span]:
        """All that are not repaired, or not to their end."""
        return self._queue.spans | self._partly

    def closed(self, rows: Sequence[Rows]) -> None:
        """Take note of windows that closed; longer ones lack what late readings changed before."""
        kinds = self._closing.note(rows)
        self.mark({span for span in self._partly if span.kind in kinds})

    def taken(self, frames: Sequence[Frame]) -> None:
        """Look at readings that were taken, and have repaired what they were too late for."""
        if late := self._closing.late(frames):
            self.mark(late)

    def mark(self, spans: Iterable[Span], *, after_s: float = 0.0) -> None:
        """Have spans repaired once they have been quiet for long enough.

        Args:
            spans: What is wrong; what cannot be repaired any more is passed over.
            after_s: Seconds that pass before the quiet time begins.
        """
        able = [span for span in spans if self._can_repair(span)]
        self._queue.mark(able, self._around.clock() + after_s + self.quiet_s)
        self._figures.backlog = len(self._queue)

    async def run(self) -> None:
        """Repair until cancelled."""
        while True:
            found = await self.repair_next()
            await self._around.sleep(REST * self._took_s if found else LOOK_S)

    async def repair_next(self) -> bool:
        """Repair the next span that is due, and tell whether there was one."""
        span = self._queue.begin(self._around.clock())
        if span is None:
            return False
        await self._around.store.caught_up()
        begun_at = self._around.clock()
        await self._repair(span)
        self._took_s = self._around.clock() - begun_at
        return True

    async def _repair(self, span: Span) -> None:
        around = self._around
        # What closes from here on is newer than what is read, and must not be overwritten by it.
        until_ms = self._closing.until_ms(span.kind)
        try:
            rows = await computed(span, around.kinds[span.kind], around.tiers, around.reader)
            over = [each for each in rows if self._closing.is_over(each, until_ms)]
            await around.store.commit_rows(over)
        except (StoreError, SpoolFull) as error:
            self._queue.end(again_at=around.clock() + RETRY_S)
            self._complain(f"rollups cannot be repaired now: {error}")
        else:
            self._queue.end()
            self._partly.discard(span)
            if len(over) < len(rows):
                self._partly.add(span)
                if self._closing.until_ms(span.kind) != until_ms:  # more has closed meanwhile
                    self.mark([span])
            self._figures.repaired += 1
            self._figures.repair_complaint = ""
            log.debug("rollups repaired", extra=_named(span))
        self._figures.backlog = len(self._queue)

    def _can_repair(self, span: Span) -> bool:
        """Tell whether the span's kind is known and its readings are all kept."""
        kind = self._around.kinds.get(span.kind)
        if kind is None:
            return False
        oldest_ms = self._around.now_ms() - self._around.retention_days * DAY_MS
        if span.start_ms - look_back_ms(kind) >= oldest_ms:
            return True
        if self._throttle.admit(span.kind) is not None:
            log.warning("late readings are too old to be in rollups", extra=_named(span))
        return False

    def _complain(self, complaint: str) -> None:
        self._figures.repair_complaint = complaint
        if self._throttle.admit(complaint) is not None:
            log.warning("%s", complaint)


def _named(span: Span) -> dict[str, str | int]:
    return {"kind": span.kind, "site": span.site, "start_ms": span.start_ms}

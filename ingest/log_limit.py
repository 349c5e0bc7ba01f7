"""A flood of warnings becomes a few of them and a number: "… and 4,312 more".

What is logged because of what comes over the network, or from a failing disk, would fill a disk
of its own. What differs between two lines is in their arguments and fields, so lines with the
same words are of one sort.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

MOST_LINES = 20
EVERY_S = 60.0
MOST_SORTS = 1_000

Sort = tuple[str, int, str]
"""Logger, level and words of a line."""


@dataclass(slots=True)
class _Seen:
    since: float
    lines: int = 0
    held_back: int = 0
    last: logging.LogRecord | None = None


class LogLimit:
    """Lets the first lines of each sort through, and counts the rest of a minute.

    Args:
        most: Lines of a sort that are let through.
        every_s: In so many seconds.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        most: int = MOST_LINES,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = most
        self._every_s = every_s
        self._clock = clock
        self._seen: dict[Sort, _Seen] = {}
        self._held_back: set[Sort] = set()

    def pass_on(self, record: logging.LogRecord) -> Iterator[logging.LogRecord]:
        """Yield what is to be written now: what was held back before, then the line unless it is.

        Only lines from warning on are held back.
        """
        now = self._clock()
        for sort in [s for s in self._held_back if now - self._seen[s].since >= self._every_s]:
            yield self._summary(sort)
        if record.levelno < logging.WARNING or self._admit(record, now):
            yield record

    def rest(self) -> Iterator[logging.LogRecord]:
        """Yield what is still held back, at the end."""
        for sort in list(self._held_back):
            yield self._summary(sort)

    def _admit(self, record: logging.LogRecord, now: float) -> bool:
        sort = record.name, record.levelno, str(record.msg)
        seen = self._seen.get(sort)
        if seen is None or now - seen.since >= self._every_s:
            self._seen.pop(sort, None)  # to be the newest again
            seen = self._seen[sort] = _Seen(now)
            self._forget_oldest()
        seen.lines += 1
        if seen.lines <= self._most:
            return True
        seen.held_back += 1
        seen.last = record
        self._held_back.add(sort)
        return False

    def _forget_oldest(self) -> None:
        if len(self._seen) > MOST_SORTS:
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._held_back.discard(oldest)

    def _summary(self, sort: Sort) -> logging.LogRecord:
        seen = self._seen.pop(sort)
        self._held_back.discard(sort)
        name, level, _ = sort
        last = seen.last.getMessage() if seen.last else ""
        return logging.LogRecord(
            name,
            level,
            pathname="",
            lineno=0,
            msg="… and %s more of these: %s",
            args=(f"{seen.held_back:,}", last),
            exc_info=None,
        )

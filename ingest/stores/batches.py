"""Cuts the stream of spooled records into write calls, and adds up what became of them."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.spool.lines import cut
from ingest.spool.segment_reader import Record


@dataclass(slots=True, kw_only=True)
class Batch:
    """The lines of one write call.

    Attributes:
        first_point: Number of the first point.
        end_point: Number after the last point; there is none between the two that is not in this
            batch.
        body: Whole lines; empty when the disk has lost them all.
        lines: How many lines that are.
        lost: Points that belong here and that the disk has lost.
        refused: Lines that the database refused.
        is_backlog: Whether they were read back from disk, because memory had let go of them.
    """

    first_point: int
    end_point: int
    body: bytes
    lines: int
    lost: int = 0
    refused: int = 0
    is_backlog: bool = False


class Batches:
    """Lines that wait to be sent, joined or cut to about the size of a write call.

    Args:
        max_lines: Most lines of a call.
        max_bytes: Largest call; a line that is longer makes one of its own.
        is_backlog: See `Batch`.
    """

    def __init__(self, max_lines: int, max_bytes: int, *, is_backlog: bool = False) -> None:
        self._max_lines = max_lines
        self._max_bytes = max_bytes
        self._is_backlog = is_backlog
        self._parts: deque[Batch] = deque()
        self._lines = 0
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def full(self) -> bool:
        """Whether there is enough for a write call."""
        return self._lines >= self._max_lines or self._bytes >= self._max_bytes

    def add(self, records: Iterable[Record]) -> None:
        """Take the next records."""
        for record in records:
            for part in self._cut(record):
                self._parts.append(part)
                self._lines += part.lines
                self._bytes += len(part.body)

    def _cut(self, record: Record) -> Iterator[Batch]:
        first, end = record.first_point, record.end_point
        if not record.payload:
            yield Batch(first_point=first, end_point=end, body=b"", lines=0, lost=end - first)
            return
        for body, lines in cut(
            record.payload, max_lines=self._max_lines, max_bytes=self._max_bytes
        ):
            yield Batch(first_point=first, end_point=first + lines, body=body, lines=lines)
            first += lines

    def take(self) -> Batch:
        """Remove the parts that fit into one write call, at least one; there must be one.

        A call holds points without a gap between them.
        """
        taken = [self._pop()]
        lines, size_bytes = taken[0].lines, len(taken[0].body)
        while self._parts:
            following = self._parts[0]
            lines += following.lines
            size_bytes += len(following.body)
            if lines > self._max_lines or size_bytes > self._max_bytes:
                break
            if following.first_point != taken[-1].end_point:
                break
            taken.append(self._pop())
        return Batch(
            first_point=taken[0].first_point,
            end_point=taken[-1].end_point,
            body=b"".join([part.body for part in taken]),
            lines=sum(part.lines for part in taken),
            lost=sum(part.lost for part in taken),
            is_backlog=self._is_backlog,
        )

    def _pop(self) -> Batch:
        part = self._parts.popleft()
        self._lines -= part.lines
        self._bytes -= len(part.body)
        return part


@dataclass(slots=True)
class Progress:
    """What became of the points.

    Attributes:
        stored: Points that the database has confirmed.
        stored_late: How many of them were read back from disk.
        refused: Points that the database refused.
        lost: Points that the disk has lost.
    """

    stored: int = 0
    stored_late: int = 0
    refused: int = 0
    lost: int = 0

    def account(self, batch: Batch, points: int) -> None:
        """Add up a batch that is done.

        Args:
            batch: What was sent.
            points: How many of its points had not been shipped before: less than all where a
                crash cut the record that is now sent again.
        """
        refused = min(batch.refused, points)
        lost = min(batch.lost, points - refused)
        stored = points - refused - lost
        self.refused += refused
        self.lost += lost
        self.stored += stored
        if batch.is_backlog:
            self.stored_late += stored

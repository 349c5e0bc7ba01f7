"""Cuts the stream of spooled records into write calls, and adds up what became of them."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.spool.lines import cut
from ingest.spool.segment_reader import Record


@dataclass(slots=True, kw_only=True)
class Batch:
    """The lines of one write call.

    Attributes:
        end_point: Number after the last point; all points before it are in this batch or in
            earlier ones.
        body: Whole lines; empty when the disk has lost them all.
        lines: How many lines that are.
        lost: Points that belong here and that the disk has lost.
        refused: Lines that the database refused.
        done: Whether the lines are stored or set aside.
    """

    end_point: int
    body: bytes
    lines: int
    lost: int = 0
    refused: int = 0
    done: bool = False


class Batches:
    """Lines that wait to be sent, joined or cut to about the size of a write call."""

    def __init__(self, max_lines: int, max_bytes: int) -> None:
        self._max_lines = max_lines
        self._max_bytes = max_bytes
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

    def _cut(self, record: Record) -> list[Batch]:
        if not record.payload:
            lost = record.end_point - record.first_point
            return [Batch(end_point=record.end_point, body=b"", lines=0, lost=lost)]
        parts = [
            Batch(end_point=record.end_point, body=body, lines=lines)
            for body, lines in cut(
                record.payload, max_lines=self._max_lines, max_bytes=self._max_bytes
            )
        ]
        for part, following in zip(parts[-2::-1], parts[:0:-1], strict=True):
            part.end_point = following.end_point - following.lines
        return parts

    def take(self) -> Batch:
        """Remove the parts that fit into one write call, at least one; there must be one."""
        taken = [self._pop()]
        lines, size_bytes = taken[0].lines, len(taken[0].body)
        while self._parts:
            lines += self._parts[0].lines
            size_bytes += len(self._parts[0].body)
            if lines > self._max_lines or size_bytes > self._max_bytes:
                break
            taken.append(self._pop())
        return Batch(
            end_point=taken[-1].end_point,
            body=b"".join([part.body for part in taken]),
            lines=sum(part.lines for part in taken),
            lost=sum(part.lost for part in taken),
        )

    def _pop(self) -> Batch:
        part = self._parts.popleft()
        self._lines -= part.lines
        self._bytes -= len(part.body)
        return part


class Progress:
    """How far everything has been sent without a gap, and what became of it.

    Attributes:
        point: Number of the first point that is neither stored nor set aside.
        stored: Points that the database has confirmed.
        refused: Points that the database refused.
        lost: Points that the disk has lost.
    """

    def __init__(self, point: int) -> None:
        self.point = point
        self.stored = 0
        self.refused = 0
        self.lost = 0
        self._under_way: deque[Batch] = deque()

    def start(self, batch: Batch) -> None:
        """Note that a batch is under way; batches are started in order."""
        self._under_way.append(batch)

    def finish(self, batch: Batch) -> None:
        """Note that a batch is done, in any order; the point moves past all done in a row."""
        batch.done = True
        while self._under_way and self._under_way[0].done:
            self._account(self._under_way.popleft())

    def _account(self, batch: Batch) -> None:
        # Less than the batch's lines where a crash cut the record that is now sent again.
        advance = max(batch.end_point - self.point, 0)
        refused = min(batch.refused, advance)
        lost = min(batch.lost, advance - refused)
        self.point += advance
        self.refused += refused
        self.lost += lost
        self.stored += advance - refused - lost

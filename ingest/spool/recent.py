"""The newest records, kept in memory so that a shipper that keeps up never reads the disk."""

import threading
from collections import deque
from dataclasses import dataclass

from ingest.spool.segment_reader import Record

RECORD_BYTES = 400
"""What keeping a record takes beside its payload; a trickle is mostly that."""


@dataclass(frozen=True, slots=True)
class Located:
    """A record and the number of the segment it is in."""

    record: Record
    segment: int

    @property
    def size_bytes(self) -> int:
        """What it takes in memory, about."""
        return len(self.record.payload) + RECORD_BYTES


class Recent:
    """A gapless run of the newest records, bounded in bytes; the oldest are let go first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._records: deque[Located] = deque()
        self._lock = threading.Lock()

    def add(self, record: Record, segment: int) -> None:
        """Append the newest record."""
        with self._lock:
            self._records.append(located := Located(record, segment))
            self._bytes += located.size_bytes
            while self._bytes > self._max_bytes:
                self._drop_oldest()

    def take(self, point: int, most_bytes: int) -> list[Located]:
        """Remove and return the records from `point` on, about `most_bytes` of them.

        Returns nothing where the record that starts at `point` is not here; then it is on disk,
        or does not exist yet.
        """
        with self._lock:
            while self._records and self._records[0].record.end_point <= point:
                self._drop_oldest()
            taken: list[Located] = []
            taken_bytes = 0
            while self._records and taken_bytes < most_bytes:
                if self._records[0].record.first_point != point:
                    break
                taken.append(self._drop_oldest())
                point = taken[-1].record.end_point
                taken_bytes += len(taken[-1].record.payload)
            return taken

    def take_newest(self, after_point: int, most_bytes: int) -> list[Located]:
        """Remove and return the last records, about `most_bytes` of them, and let go of the rest.

        Args:
            after_point: Records before this point are not returned.
            most_bytes: How much to return; at least one record if there is any.
        """
        with self._lock:
            newest: list[Located] = []
            taken_bytes = 0
            while self._records and taken_bytes < most_bytes:
                if self._records[-1].record.first_point < after_point:
                    break
                newest.append(self._records.pop())
                taken_bytes += newest[-1].size_bytes
            self._records.clear()
            self._bytes = 0
            return newest[::-1]

    def held_from(self, point: int) -> int:
        """Return how many points from `point` on are here."""
        with self._lock:
            if not self._records:
                return 0
            first_point = self._records[0].record.first_point
            return max(self._records[-1].record.end_point - max(first_point, point), 0)

    def _drop_oldest(self) -> Located:
        oldest = self._records.popleft()
        self._bytes -= oldest.size_bytes
        return oldest

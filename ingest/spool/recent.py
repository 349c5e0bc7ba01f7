"""The newest records, kept in memory so that a shipper that keeps up never reads the disk."""

import threading
from collections import deque
from dataclasses import dataclass

from ingest.spool.segment_reader import Record


@dataclass(frozen=True, slots=True)
class Located:
    """A record and the number of the segment it is in."""

    record: Record
    segment: int


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
            self._records.append(Located(record, segment))
            self._bytes += len(record.payload)
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

    def _drop_oldest(self) -> Located:
        oldest = self._records.popleft()
        self._bytes -= len(oldest.record.payload)
        return oldest

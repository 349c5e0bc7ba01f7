"""Reads the spool: what has just come out of memory, and the backlog from disk beside it.

    in order   All before `point` has been read, nothing after it. The next record is taken out of
               memory, or where memory has let go of it, from disk.
    split      Memory has let go of the next record, and holds newer ones: somebody was away. The
               newest are read first; they are the live range, and it grows at its end as more
               come. Beside that the backlog is read from disk, from `point` on up to the live
               range. Arrived there, `point` moves to the end of the range: in order again.

Memory may overrun the end of a live range, when somebody is away once more. What was overrun is a
gap behind that range, read from disk when the backlog arrives there, and a new live range begins
at the newest records. There are at most `MOST_LIVE_RANGES`; at so many the last one ends there,
and what comes is backlog until the first one is arrived at.

Nothing of this is kept on disk. After a stop or a crash a reader is in order, and begins at the
first point that was not shipped: what was shipped ahead of it is shipped again.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingest.spool.format import SEGMENT_HEADER_BYTES
from ingest.spool.quarantine import set_aside
from ingest.spool.recent import Located, Recent
from ingest.spool.segment_reader import Damage, Record, SegmentReader
from ingest.spool.segments import Segment, Segments

MOST_LIVE_RANGES = 16


@dataclass(frozen=True, slots=True)
class _LiveRange:
    """Points that were read ahead of the backlog, and where the file goes on behind them."""

    first_point: int
    end_point: int
    segment: int
    offset: int


class Reader:
    """Reads every point once.

    Points that the disk has lost come as a record with an empty payload in their place, so the
    numbers stay without a gap and the stream goes on.

    One thread at a time reads; `unread` and `unread_on_disk` may be looked at by others.

    Attributes:
        point: Number of the next point to be read of the backlog, or of all where there is none.
    """

    def __init__(self, segments: Segments, recent: Recent, point: int) -> None:
        self.point = point
        self._segments = segments
        self._recent = recent
        self._number = 0
        self._offset = SEGMENT_HEADER_BYTES
        self._live: tuple[_LiveRange, ...] = ()  # ascending; replaced and never changed

    def unread(self, next_point: int) -> int:
        """Return how many points before `next_point` have not been read."""
        live = sum(each.end_point - each.first_point for each in self._live)
        return next_point - self.point - live

    def unread_on_disk(self, next_point: int) -> int:
        """Return how many of those memory has let go of."""
        return max(self.unread(next_point) - self._recent.held_from(self._tail), 0)

    @property
    def _tail(self) -> int:
        """Number of the point at which reading from memory goes on."""
        return self._live[-1].end_point if self._live else self.point

    def from_memory(self, most_bytes: int, *, may_split: bool = False) -> list[Record]:
        """Return the next live records, about `most_bytes` of them, if they are in memory.

        Args:
            most_bytes: How much to return, about.
            may_split: Whether the newest records may be read before older ones.
        """
        if taken := self._recent.take(self._tail, most_bytes):
            self._read_on(taken)
        elif may_split and len(self._live) < MOST_LIVE_RANGES:
            taken = self._split(most_bytes)
        return [located.record for located in taken]

    def _split(self, most_bytes: int) -> list[Located]:
        taken = self._recent.take_newest(self._tail, most_bytes)
        if taken:
            first_point = taken[0].record.first_point
            self._live = (*self._live, _live_range(first_point, taken[-1]))
        return taken

    def _read_on(self, taken: list[Located]) -> None:
        if self._live:
            *before, last = self._live
            self._live = (*before, _live_range(last.first_point, taken[-1]))
        else:
            self.point = taken[-1].record.end_point
            self._number, self._offset = taken[-1].segment, taken[-1].record.end_offset

    def from_disk(self, until_point: int, most_bytes: int) -> list[Record]:
        """Return the next records before `until_point`, about `most_bytes` of them; blocks.

        Where there is a live range, they are the next ones before it. Empty only when all of them
        have been read.
        """
        if self._live:
            until_point = self._live[0].first_point
        records: list[Record] = []
        read_bytes = 0
        for record in self._stored():
            if self._live and record.first_point >= until_point:
                break
            records += self._without_gap(record)
            read_bytes += len(record.payload)
            if self.point >= until_point:
                break
            if read_bytes >= most_bytes:
                return records
        # Nothing sound is left on disk before there: what is missing is lost.
        records += self._gap(until_point)
        self._arrive()
        return records

    def _arrive(self) -> None:
        """Go on behind the live range that the backlog has come to."""
        while self._live and self._live[0].first_point <= self.point:
            passed, *rest = self._live
            self._live = tuple(rest)
            self.point = passed.end_point
            self._number, self._offset = passed.segment, passed.offset

    def _without_gap(self, record: Record) -> Iterator[Record]:
        yield from self._gap(record.first_point)
        yield record
        self.point = max(self.point, record.end_point)

    def _gap(self, point: int) -> Iterator[Record]:
        if self.point < point:
            yield Record(first_point=self.point, end_point=point, payload=b"", end_offset=0)
            self.point = point

    def _stored(self) -> Iterator[Record]:
        while found := self._segments.at_or_after(self._number, self.point):
            segment, size_bytes, is_last = found
            if segment.number != self._number:
                self._number, self._offset = segment.number, SEGMENT_HEADER_BYTES
            yield from self._rest_of(segment, size_bytes)
            if is_last:
                return
            self._number += 1
            self._offset = SEGMENT_HEADER_BYTES

    def _rest_of(self, segment: Segment, size_bytes: int) -> Iterator[Record]:
        if self._offset >= size_bytes:
            return
        with SegmentReader(segment.path) as reader:
            for item in reader.records(self._offset, size_bytes, skip_until=self.point):
                self._offset = item.end_offset
                if isinstance(item, Damage):
                    set_aside(reader, item)
                else:
                    yield item


def _live_range(first_point: int, last: Located) -> _LiveRange:
    return _LiveRange(first_point, last.record.end_point, last.segment, last.record.end_offset)

"""Reads the spool in order: from memory while it keeps up, from disk when behind."""

from collections.abc import Iterator

from ingest.spool.format import SEGMENT_HEADER_BYTES
from ingest.spool.quarantine import set_aside
from ingest.spool.recent import Recent
from ingest.spool.segment_reader import Damage, Record, SegmentReader
from ingest.spool.segments import Segment, Segments


class Reader:
    """A cursor over all points, which only moves forward.

    Points that the disk has lost come as a record with an empty payload in their place, so the
    numbers stay without a gap and the stream goes on.

    Attributes:
        point: Number of the next point to be read.
    """

    def __init__(self, segments: Segments, recent: Recent, point: int) -> None:
        self.point = point
        self._segments = segments
        self._recent = recent
        self._number = 0
        self._offset = SEGMENT_HEADER_BYTES

    def from_memory(self, most_bytes: int) -> list[Record]:
        """Return the next records, about `most_bytes` of them, if they are in memory."""
        taken = self._recent.take(self.point, most_bytes)
        for located in taken:
            self.point = located.record.end_point
            self._number, self._offset = located.segment, located.record.end_offset
        return [located.record for located in taken]

    def from_disk(self, until_point: int, most_bytes: int) -> list[Record]:
        """Return the next records before `until_point`, about `most_bytes` of them; blocks.

        Empty only when the cursor has reached `until_point`.
        """
        records: list[Record] = []
        read_bytes = 0
        for record in self._stored():
            records += self._without_gap(record)
            read_bytes += len(record.payload)
            if read_bytes >= most_bytes or self.point >= until_point:
                return records
        # Nothing sound is left on disk: what is missing up to here is lost.
        return [*records, *self._gap(until_point)]

    def _without_gap(self, record: Record) -> Iterator[Record]:
        yield from self._gap(record.first_point)
        yield record
        self.point = max(self.point, record.end_point)

    def _gap(self, point: int) -> Iterator[Record]:
        if self.point < point:
            yield Record(first_point=self.point, end_point=point, payload=b"", end_offset=0)
            self.point = point

    def _stored(self) -> Iterator[Record]:
        while found := self._segments.at_or_after(self._number):
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

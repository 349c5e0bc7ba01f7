"""Appends to the spool: rolls segments, and knows what to do when the disk says no."""

import logging

from ingest.disk import NO_ROOM
from ingest.errors import SpoolFull
from ingest.spool.format import SEGMENT_HEADER_BYTES
from ingest.spool.segment_writer import NotSynced, SegmentWriter, Sync
from ingest.spool.segments import Segment, Segments

log = logging.getLogger(__name__)


class Appender:
    """The one writer of a spool; a segment is written by one run only."""

    def __init__(self, segments: Segments, segment_bytes: int, sync: Sync) -> None:
        self._segments = segments
        self._segment_bytes = segment_bytes
        self._sync = sync
        self._open: tuple[SegmentWriter, Segment] | None = None

    def append(self, data: bytes, first_point: int) -> Segment:
        """Write records and make them durable, and return the segment they went to.

        Raises:
            SpoolFull: The disk has no room; nothing of the records remains.
            OSError: The disk failed, twice in a row where it failed to sync.
        """
        try:
            return self._append(data, first_point)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise SpoolFull(f"{self._segments.folder}: {error.strerror}") from error

    def _append(self, data: bytes, first_point: int) -> Segment:
        if self._open and self._open[0].size_bytes + len(data) > self._segment_bytes:
            self.close()
        try:
            return self._write(data, first_point)
        except NotSynced as error:
            log.warning("the disk did not confirm a write, going on in a new file: %s", error)
            self._abandon()
        try:
            return self._write(data, first_point)
        except NotSynced:
            self._abandon()
            raise

    def _write(self, data: bytes, first_point: int) -> Segment:
        writer, segment = self._open or self._roll(first_point)
        writer.append(data)
        self._segments.grow(segment, writer.size_bytes)
        return segment

    def _roll(self, first_point: int) -> tuple[SegmentWriter, Segment]:
        segment = self._segments.add(first_point, SEGMENT_HEADER_BYTES)
        try:
            writer = SegmentWriter(segment.path, first_point, self._sync)
        except OSError:
            self._segments.remove(segment)
            raise
        self._open = writer, segment
        return self._open

    def _abandon(self) -> None:
        if self._open:
            writer, segment = self._open
            self._open = None
            writer.abandon()
            if writer.size_bytes == SEGMENT_HEADER_BYTES:
                self._segments.remove(segment)

    def close(self) -> None:
        """End the open segment; the next append starts a new one."""
        if self._open:
            self._open[0].close()
            self._open = None

    def discard(self) -> None:
        """End the open segment and delete it, all of it having been shipped."""
        if self._open:
            segment = self._open[1]
            self.close()
            self._segments.remove(segment)

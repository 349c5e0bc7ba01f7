"""The spool: what was appended survives any crash until it has been shipped."""

import logging
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.errors import ConfigError, SpoolFull
from ingest.settings_stores import SpoolSettings
from ingest.spool.appender import Appender
from ingest.spool.format import RECORD_HEADER_BYTES, pack_record
from ingest.spool.lines import cut
from ingest.spool.lock import FolderLock
from ingest.spool.position import read_position, write_position
from ingest.spool.reader import Reader
from ingest.spool.recent import Recent
from ingest.spool.segment_reader import Record
from ingest.spool.segment_writer import Sync
from ingest.spool.segments import Segment, Segments
from ingest.spool.shipped import Shipped

MEMORY_BYTES = 32 * 1024 * 1024
MOST_RECORD_BYTES = 16 * 1024 * 1024
CROWDED = 0.9  # of the limit; from there on room matters more than how fresh readings are
LEAST_SEGMENTS = 4  # that the limit is divided into, so that room comes back in parts

log = logging.getLogger(__name__)


def no_sync(_file: int) -> None:
    """Leave it to the kernel when bytes reach the disk."""


class Spool:
    """Durable lines in the order they were appended.

    One thread at a time appends and one reads. `append`, `read_disk`, `save` and `close` block
    on the disk; the rest does not.

    What is kept for the next run is one point: everything before it has been shipped. Points may
    be shipped ahead of it, but what lies on disk from it on stays there, and the next run ships
    all of it; a point shipped twice is the same point.

    Attributes:
        next_point: Number of the next point to be appended.
        inherited: Points that earlier runs left.
    """

    def __init__(
        self,
        settings: SpoolSettings,
        *,
        memory_bytes: int = MEMORY_BYTES,
        live_first: bool = False,
        sync: Sync = os.fdatasync,
    ) -> None:
        """Open the spool, creating its folder where there is none.

        Args:
            settings: Where, and how large it may get.
            memory_bytes: How much of what was appended last is kept in memory for the reader.
            live_first: Whether `read_memory` reads what has just come before an older backlog.
            sync: How a file is made durable, where `settings.sync` asks for it.

        Raises:
            ConfigError: The folder cannot be used, or another process uses it.
        """
        self._folder = settings.dir
        self._max_bytes = settings.max_bytes
        self._live_first = live_first
        self._lock = _lock(settings.dir)
        self._segments = Segments(settings.dir)
        try:
            position = read_position(settings.dir)
            self.next_point = self._segments.load(position)
        except BaseException:
            self._lock.release()
            raise
        # Points of segments that are gone were shipped, however old the position is.
        self._shipped = Shipped(max(position, self._segments.oldest_point or 0))
        self.inherited = self.waiting
        self._recent = Recent(memory_bytes)
        self._reader = Reader(self._segments, self._recent, self.shipped_point)
        self._appender = Appender(
            self._segments,
            min(settings.segment_bytes, settings.max_bytes // LEAST_SEGMENTS),
            sync if settings.sync else no_sync,
        )
        self._reclaim()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def append(self, payload: bytes, points: int) -> None:
        r"""Make lines durable; when it returns, they survive any crash.

        Args:
            payload: Line protocol, each line ended by `\n`.
            points: How many lines that are.

        Raises:
            SpoolFull: The spool has reached its limit or the disk its end; nothing was appended.
            OSError: The disk failed; whether these lines are durable is not known.
            ValueError: `points` is not the number of lines.
        """
        lines = payload.count(b"\n")
        if lines != points:
            raise ValueError(f"{points} points announced, {lines} lines given")
        if points == 0:
            return
        parts = [(payload, points)]
        if len(payload) > MOST_RECORD_BYTES:
            parts = list(cut(payload, max_lines=points, max_bytes=MOST_RECORD_BYTES))
        data = self._pack(parts)
        self._make_room(len(data))
        segment = self._appender.append(data, self.next_point)
        self._publish(parts, segment, segment.size_bytes - len(data))

    def _pack(self, parts: list[tuple[bytes, int]]) -> bytes:
        records = []
        first_point = self.next_point
        for payload, points in parts:
            records.append(pack_record(payload, first_point, points))
            first_point += points
        return b"".join(records)

    def _publish(self, parts: list[tuple[bytes, int]], segment: Segment, offset: int) -> None:
        for payload, points in parts:
            offset += RECORD_HEADER_BYTES + len(payload)
            record = Record(
                first_point=self.next_point,
                end_point=self.next_point + points,
                payload=payload,
                end_offset=offset,
            )
            self._recent.add(record, segment.number)
            self.next_point = record.end_point

    def _make_room(self, needed_bytes: int) -> None:
        if self._segments.total_bytes + needed_bytes <= self._max_bytes:
            return
        self._segments.remove_before(self.shipped_point)
        if self.waiting == 0:
            # Even what is larger than the limit goes through alone, or it never would.
            self._appender.discard()
        elif self._segments.total_bytes + needed_bytes > self._max_bytes:
            raise SpoolFull(
                f"{self._folder}: full; {self.waiting} lines wait for the database, as many as "
                "store.spool.max_bytes allows"
            )

    def read_memory(self, most_bytes: int) -> list[Record]:
        """Return the next records, about `most_bytes` of them, if they are still in memory.

        With `live_first` they may be newer than others that have not been read.
        """
        # Room comes back only from the oldest on: in need of it, everything goes in order.
        roomy = self._segments.total_bytes <= CROWDED * self._max_bytes
        return self._reader.from_memory(most_bytes, may_split=self._live_first and roomy)

    def read_disk(self, most_bytes: int) -> list[Record]:
        """Return the next records of the backlog, about `most_bytes` of them.

        None where all have been read. Points that the disk has lost come as a record with an
        empty payload.
        """
        if not self.unread:
            return []
        return self._reader.from_disk(self.next_point, most_bytes)

    @property
    def unread(self) -> int:
        """Points that have been appended and not been read."""
        return self._reader.unread(self.next_point)

    @property
    def backlog(self) -> int:
        """Points that have not been read and that only the disk has any more."""
        return self._reader.unread_on_disk(self.next_point)

    @property
    def shipped_point(self) -> int:
        """Number of the first point not yet shipped."""
        return self._shipped.point

    @property
    def waiting(self) -> int:
        """Points that have been appended and not been shipped."""
        return self.next_point - self._shipped.point - self._shipped.ahead

    @property
    def waiting_bytes(self) -> int:
        """Size of what waits on disk, estimated from its share of the points there."""
        oldest_point = self._segments.oldest_point
        if oldest_point is None or not self.waiting:
            return 0
        return self._segments.total_bytes * self.waiting // (self.next_point - oldest_point)

    def release(self, first_point: int, end_point: int) -> int:
        """Note that points have been shipped, and return how many of them had not been before.

        Args:
            first_point: Number of the first of them.
            end_point: Number after the last of them.
        """
        return self._shipped.add(first_point, end_point)

    def save(self) -> None:
        """Keep the position for the next run, and delete segments that were shipped whole."""
        try:
            write_position(self._folder, self.shipped_point)
        except OSError as error:
            log.warning("%s: the position could not be kept: %s", self._folder, error)
        self._segments.remove_before(self.shipped_point)

    def close(self) -> None:
        """Close the files and let other processes have the folder."""
        self._appender.close()
        try:
            self._reclaim()
        finally:
            self._lock.release()

    def _reclaim(self) -> None:
        self.save()
        if self.waiting == 0:
            self._segments.clear()


def _lock(folder: Path) -> FolderLock:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return FolderLock(folder)
    except OSError as error:
        raise ConfigError(f"store.spool.dir: {folder}: {error.strerror}") from error

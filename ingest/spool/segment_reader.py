"""Reads one segment file, and tells sound records from damaged stretches."""

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from ingest.spool.format import (
    MARK,
    RECORD_HEADER_BYTES,
    SEGMENT_HEADER_BYTES,
    RecordHeader,
    unpack_record_header,
    unpack_segment_header,
)

SEARCH_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Points that were appended together.

    Attributes:
        first_point: Number of the first one.
        end_point: Number after the last one.
        payload: Their lines; empty where the disk has lost them.
        end_offset: Where the record ends in its segment file.
    """

    first_point: int
    end_point: int
    payload: bytes
    end_offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """A stretch of a segment file that holds no sound record.

    Attributes:
        offset: Where it starts.
        end_offset: Where it ends: a sound record follows, or nothing.
        end_point: Number after the last point of a record whose header is sound and whose
            payload is not; None where the header is damaged as well.
    """

    offset: int
    end_offset: int
    end_point: int | None = None


class SegmentReader:
    """An open segment file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def check_version(self) -> None:
        """Make sure that this program knows the format.

        A damaged header is let through, since every record speaks for itself.

        Raises:
            NewerVersion: The header is sound, but of another version.
        """
        unpack_segment_header(self.bytes_at(0, SEGMENT_HEADER_BYTES))

    def bytes_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`, fewer at the end of the file."""
        return os.pread(self._file, length, offset)

    def records(self, offset: int, end: int, *, skip_until: int = 0) -> Iterator[Record | Damage]:
        """Go through a stretch of the file.

        Args:
            offset: Where to start; a record starts there.
            end: Where to stop.
            skip_until: Number of a point; records wholly before it are passed over unread.
        """
        while offset < end:
            header = self._header_at(offset, end)
            if header is None:
                damage = Damage(offset=offset, end_offset=self._find_record(offset + 1, end))
                yield damage
                offset = damage.end_offset
                continue
            start, offset = offset, offset + RECORD_HEADER_BYTES + header.length_bytes
            if header.first_point + header.points > skip_until:
                record = self._record(header, start, offset)
                if isinstance(record, Damage):
                    # Where bytes are missing, the next record begins before this one should end.
                    offset = min(offset, self._find_record(start + 1, end))
                    record = replace(record, end_offset=offset)
                yield record

    def _header_at(self, offset: int, end: int) -> RecordHeader | None:
        header = unpack_record_header(self.bytes_at(offset, RECORD_HEADER_BYTES))
        if header is None or offset + RECORD_HEADER_BYTES + header.length_bytes > end:
            return None
        return header

    def _record(self, header: RecordHeader, start: int, end: int) -> Record | Damage:
        payload = self.bytes_at(start + RECORD_HEADER_BYTES, header.length_bytes)
        end_point = header.first_point + header.points
        if len(payload) != header.length_bytes or zlib.crc32(payload) != header.payload_crc:
            return Damage(offset=start, end_offset=end, end_point=end_point)
        return Record(
            first_point=header.first_point,
            end_point=end_point,
            payload=payload,
            end_offset=end,
        )

    def _find_record(self, offset: int, end: int) -> int:
        """Return where the next sound header starts at or after `offset`, or `end`."""
        while offset < end:
            block = self.bytes_at(offset, min(SEARCH_BYTES, end - offset))
            found = block.find(MARK)
            if found < 0:
                # A mark may lie across the end of the block.
                offset += max(len(block) - len(MARK) + 1, 1)
            elif self._header_at(offset + found, end) is not None:
                return offset + found
            else:
                offset += found + 1
        return end

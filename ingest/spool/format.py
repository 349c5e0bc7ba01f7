"""The bytes of a segment file: a header, then records of line protocol; little-endian.

    segment   magic 8 | version u32 | first point u64 | crc32 u32 of all before
    record    mark 4 | length u32 | first point u64 | points u32
              | crc32 u32 of the payload | crc32 u32 of all before | payload

Points are numbered since the spool was born, so two numbers tell how much waits without reading
a segment. The header of a record has its own checksum, so that a flipped bit in a payload does
not cost the record behind it; the mark holds a byte that no UTF-8 text has, so a reader that has
lost its way finds the next record by searching for it.
"""

import struct
import zlib
from dataclasses import dataclass

VERSION = 1
MARK = b"\xffREC"

_MAGIC = b"snowgrid"
_SEGMENT = struct.Struct("<8sIQ")
_RECORD = struct.Struct("<4sIQII")
_CRC = struct.Struct("<I")

SEGMENT_HEADER_BYTES = _SEGMENT.size + _CRC.size
RECORD_HEADER_BYTES = _RECORD.size + _CRC.size


class NewerVersion(Exception):
    """The segment was written by a later version of this program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHeader:
    """What stands before a payload.

    Attributes:
        length_bytes: Of the payload.
        first_point: Number of the first point in the payload.
        points: How many points it holds.
        payload_crc: crc32 of the payload.
    """

    length_bytes: int
    first_point: int
    points: int
    payload_crc: int


def pack_segment_header(first_point: int) -> bytes:
    """Return the header of a segment whose first record starts at `first_point`."""
    return _with_crc(_SEGMENT.pack(_MAGIC, VERSION, first_point))


def unpack_segment_header(data: bytes) -> int | None:
    """Return the number of a segment's first point, or None where the header is damaged.

    Raises:
        NewerVersion: The header is sound, but of a format this program does not know.
    """
    if not _is_sound(data, SEGMENT_HEADER_BYTES):
        return None
    magic, version, first_point = _SEGMENT.unpack_from(data)
    if magic != _MAGIC:
        return None
    if version != VERSION:
        raise NewerVersion(f"format {version}, this program knows {VERSION}")
    return int(first_point)


def pack_record(payload: bytes, first_point: int, points: int) -> bytes:
    """Return a whole record."""
    fields = _RECORD.pack(MARK, len(payload), first_point, points, zlib.crc32(payload))
    return b"".join((_with_crc(fields), payload))


def unpack_record_header(data: bytes) -> RecordHeader | None:
    """Return what the header at the start of `data` says, or None where it is damaged or cut."""
    if not _is_sound(data, RECORD_HEADER_BYTES):
        return None
    mark, length_bytes, first_point, points, payload_crc = _RECORD.unpack_from(data)
    if mark != MARK:
        return None
    return RecordHeader(
        length_bytes=length_bytes,
        first_point=first_point,
        points=points,
        payload_crc=payload_crc,
    )


def _with_crc(fields: bytes) -> bytes:
    return fields + _CRC.pack(zlib.crc32(fields))


def _is_sound(data: bytes, length: int) -> bool:
    if len(data) < length:
        return False
    fields = data[: length - _CRC.size]
    return _CRC.unpack_from(data, len(fields)) == (zlib.crc32(fields),)

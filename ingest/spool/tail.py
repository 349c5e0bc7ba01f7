"""What a crash leaves at the end of the last segment, and how it is cleared."""

import logging
import os
from pathlib import Path

from ingest.spool.format import SEGMENT_HEADER_BYTES
from ingest.spool.segment_reader import SegmentReader

log = logging.getLogger(__name__)


def mend_tail(path: Path, first_point: int) -> int:
    """Cut off what a crash left half written, and return the number after the last point.

    Only an incomplete record that nothing follows is cut: its writer was never told that it is
    durable. A complete one with a wrong checksum may have been acknowledged and stays, for the
    reader to deal with. A file without any record is removed.

    Args:
        path: The last segment.
        first_point: Number the next point has if the segment holds none.
    """
    end_point, whole_bytes = first_point, 0
    size_bytes = path.stat().st_size
    with SegmentReader(path) as reader:
        for item in reader.records(SEGMENT_HEADER_BYTES, size_bytes):
            if item.end_point is not None:
                end_point, whole_bytes = max(end_point, item.end_point), item.end_offset
    if whole_bytes == 0:
        log.info("%s holds no whole record; removed", path)
        path.unlink()
    elif whole_bytes < size_bytes:
        _truncate(path, whole_bytes)
        log.warning(
            "%s: cut off %d bytes that a crash left half written; they were never acknowledged",
            path,
            size_bytes - whole_bytes,
        )
    return end_point


def _truncate(path: Path, size_bytes: int) -> None:
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.ftruncate(file, size_bytes)
        os.fsync(file)
    finally:
        os.close(file)

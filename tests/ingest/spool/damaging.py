"""Damages the files of a spool in any way, and tells whether the reader made the best of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ingest.spool.format import SEGMENT_HEADER_BYTES, pack_record
from tests.ingest.spool.spools import crash, lines, open_spool, read_all, segment_files

POINTS = 10
FIRSTS = (0, 10, 20)
AFTERWARDS = lines(900, 1)


class Change(NamedTuple):
    """Bytes of a file that others take the place of.

    Attributes:
        place: Where, in thousandths of the file.
        removed: How many bytes go.
        inserted: What comes instead.
    """

    place: int
    removed: int
    inserted: bytes


def changed(data: bytes, changes: Sequence[Change]) -> bytes:
    """Return data with the changes made, one after the other."""
    for place, removed, inserted in changes:
        at = len(data) * place // 1000
        data = data[:at] + inserted + data[at + removed :]
    return data


def fill(folder: Path, *, segment_bytes: int) -> None:
    """Leave a spool of three records as a killed service does."""
    spool = open_spool(folder, segment_bytes=segment_bytes, sync=False)
    for first in FIRSTS:
        spool.append(lines(first, POINTS), POINTS)
    crash(spool)


def check(folder: Path, file: int, changes: Sequence[Change]) -> None:
    """Damage one of the files, and read all.

    Args:
        folder: Of a spool that `fill` made.
        file: Which of its segments.
        changes: To make there.

    Raises:
        AssertionError: A line came that was not written, or twice, or out of order; a record was
            passed over that is whole; or points are neither read nor counted as lost.
    """
    segments = segment_files(folder)
    segment = segments[file % len(segments)]
    segment.write_bytes(changed(segment.read_bytes(), changes))
    # No disk loses bytes so that others move up: a record does not begin within the file's header.
    left = [each.read_bytes()[SEGMENT_HEADER_BYTES:] for each in segments]
    with open_spool(folder, sync=False) as spool:
        spool.append(AFTERWARDS, 1)
        records = read_all(spool)
        end_point = spool.next_point
    read = [record.payload for record in records if record.payload]
    assert read.pop() == AFTERWARDS
    assert read == [lines(first, POINTS) for first in FIRSTS if _is_whole(first, left)]
    assert [record.end_point for record in records][-1] == end_point
    points = sum(record.end_point - record.first_point for record in records)
    assert points == end_point - records[0].first_point


def _is_whole(first: int, left: Iterable[bytes]) -> bool:
    record = pack_record(lines(first, POINTS), first, POINTS)
    return any(record in data for data in left)

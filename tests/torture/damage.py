"""What a crash or a failing disk does to files; only while no service uses them."""

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.spool.format import (
    RECORD_HEADER_BYTES,
    SEGMENT_HEADER_BYTES,
    pack_record,
    unpack_record_header,
)
from ingest.spool.position import read_position
from tests.torture.readings import Readings

HALF_A_LETTER = b'{"arrived":"2026-11-22T06:30:00.000Z","topic":"telemetry/to'
A_LINE = b"smart_meter,site=town,device=m-0 voltage_l1_v=230 1\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A bit that was flipped in a record of the spool.

    Attributes:
        segment: The file it is in.
        numbers: Of the readings in the record.
    """

    segment: Path
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Place:
    segment: Path
    offset: int
    end_offset: int


def tear(spool: Path, letters: Path, rng: random.Random) -> int:
    """Leave half a record and half a dead letter, as a crash does; return how many were left."""
    torn = 0
    record = pack_record(A_LINE * 50, 1 << 40, 50)
    for path, whole in (
        (_newest(spool, "*.spool"), record),
        (_newest(letters, "*.jsonl"), HALF_A_LETTER),
    ):
        with suppress(OSError):  # the disk may be full
            if path is not None:
                with path.open("ab") as file:
                    file.write(whole[: rng.randrange(1, len(whole))])
                torn += 1
    return torn


def flip(spool: Path, readings: Readings, rng: random.Random) -> Flip | None:
    """Flip a bit of a record that waits in the spool; None where nothing waits."""
    position = read_position(spool)
    waiting = [place for path in sorted(spool.glob("*.spool")) for place in _after(path, position)]
    if not waiting:
        return None
    place = rng.choice(waiting)
    offset = rng.randrange(place.offset, place.end_offset)
    with place.segment.open("r+b") as file:
        data = file.read()
        file.seek(offset)
        file.write(bytes([data[offset] ^ 1 << rng.randrange(8)]))
    lines = data[place.offset + RECORD_HEADER_BYTES : place.end_offset].splitlines()
    numbers = (readings.number_of_line(line) for line in lines)
    return Flip(segment=place.segment, numbers=frozenset(n for n in numbers if n is not None))


def _after(path: Path, position: int) -> Iterator[_Place]:
    """Yield the whole records of a segment that hold a point from `position` on."""
    data, offset = path.read_bytes(), SEGMENT_HEADER_BYTES
    while offset < len(data):
        header = unpack_record_header(data[offset : offset + RECORD_HEADER_BYTES])
        if header is None:  # torn, or flipped before
            return
        end_offset = offset + RECORD_HEADER_BYTES + header.length_bytes
        if end_offset > len(data):
            return
        if header.first_point + header.points > position:
            yield _Place(path, offset, end_offset)
        offset = end_offset


def _newest(folder: Path, pattern: str) -> Path | None:
    return max(folder.glob(pattern), default=None)

"""Torn tails, flipped bits, and disks that do not confirm."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.settings_stores import SpoolSettings
from ingest.spool.format import RECORD_HEADER_BYTES, SEGMENT_HEADER_BYTES, pack_record
from ingest.spool.spool import Spool
from tests.ingest.spool.spools import (
    crash,
    lines,
    open_spool,
    payload_of,
    read_all,
    segment_files,
)

RECORD_BYTES = RECORD_HEADER_BYTES + len(lines(10, 10))


def three_records(folder: Path, *, segment_bytes: int = 10**6) -> None:
    """Fill a spool with three records of ten points and crash."""
    spool = open_spool(folder, segment_bytes=segment_bytes)
    for first in (10, 20, 30):
        spool.append(lines(first, 10), 10)
    crash(spool)


def test_a_tail_torn_at_any_byte_is_cut_off(tmp_path: Path):
    torn = pack_record(lines(40, 10), 30, 10)
    for kept in range(len(torn)):
        folder = tmp_path / str(kept)
        three_records(folder)
        (segment,) = segment_files(folder)
        with segment.open("ab") as file:
            file.write(torn[:kept])

        with open_spool(folder, sync=False) as spool:
            assert segment.stat().st_size == SEGMENT_HEADER_BYTES + 3 * RECORD_BYTES
            spool.append(lines(50, 1), 1)
            assert payload_of(read_all(spool)) == lines(10, 30) + lines(50, 1)


def test_a_segment_torn_in_its_header_is_removed(tmp_path: Path):
    for kept in range(SEGMENT_HEADER_BYTES + 1):
        folder = tmp_path / str(kept)
        three_records(folder)
        (segment,) = segment_files(folder)
        torn = segment.with_name(f"{2:010d}-{30:020d}.spool")
        torn.write_bytes(segment.read_bytes()[:kept])

        with open_spool(folder) as spool:
            assert not torn.exists()
            assert payload_of(read_all(spool)) == lines(10, 30)


@settings(max_examples=150)
@given(bit=st.integers(0, (SEGMENT_HEADER_BYTES + 3 * RECORD_BYTES) * 8 - 1))
def test_a_flipped_bit_costs_at_most_the_record_it_is_in(
    tmp_path_factory: pytest.TempPathFactory, bit: int
):
    folder = tmp_path_factory.mktemp("spool")
    three_records(folder)
    (segment,) = segment_files(folder)
    data = bytearray(segment.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    segment.write_bytes(data)
    hit = (bit // 8 - SEGMENT_HEADER_BYTES) // RECORD_BYTES

    with open_spool(folder) as spool:
        spool.append(lines(40, 10), 10)
        read = payload_of(read_all(spool))

    kept = [block for number, block in enumerate((10, 20, 30)) if number != hit]
    assert read == b"".join(lines(first, 10) for first in kept) + lines(40, 10)


def test_damaged_bytes_are_set_aside_logged_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    three_records(tmp_path, segment_bytes=100)
    damaged = segment_files(tmp_path)[1]
    data = bytearray(damaged.read_bytes())
    data[SEGMENT_HEADER_BYTES + 5] ^= 1
    damaged.write_bytes(data)

    with open_spool(tmp_path) as spool:
        records = read_all(spool)

    assert [(r.first_point, r.end_point, bool(r.payload)) for r in records] == [
        (0, 10, True),
        (10, 20, False),
        (20, 30, True),
    ]
    (copy,) = (tmp_path / "damaged").iterdir()
    assert copy.name == f"{damaged.stem}-from-24-{RECORD_BYTES}-bytes.bin"
    assert copy.read_bytes() == bytes(data[SEGMENT_HEADER_BYTES:])
    assert str(copy) in caplog.text


def test_damage_at_the_very_end_still_lets_the_reader_arrive(tmp_path: Path):
    three_records(tmp_path)
    (segment,) = segment_files(tmp_path)
    data = bytearray(segment.read_bytes())
    data[-1] ^= 1
    segment.write_bytes(data)

    with open_spool(tmp_path) as spool:
        last = read_all(spool)[-1]
        assert (last.first_point, last.end_point, last.payload) == (20, 30, b"")
        assert spool.unread == 0


def test_a_segment_that_vanished_is_a_gap_and_not_a_stall(tmp_path: Path):
    three_records(tmp_path, segment_bytes=100)
    segment_files(tmp_path)[1].unlink()

    with open_spool(tmp_path) as spool:
        assert payload_of(read_all(spool)) == lines(10, 10) + lines(30, 10)


def unconfirming(failures: list[bool]):
    """A sync that fails once for each True, as a disk that has lost the pages does."""

    def sync(file: int) -> None:
        if failures and failures.pop(0):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fdatasync(file)

    return sync


def test_a_record_that_was_not_confirmed_is_written_again_to_a_new_segment(tmp_path: Path):
    sync = unconfirming([False, True])
    spool = Spool(SpoolSettings(dir=tmp_path), sync=sync)
    for first in (0, 10, 20):
        spool.append(lines(first, 10), 10)
    crash(spool)

    assert len(segment_files(tmp_path)) == 2
    with open_spool(tmp_path) as spool:
        assert payload_of(read_all(spool)) == lines(0, 30)


def test_a_disk_that_never_confirms_is_an_error_and_nothing_counts_as_appended(tmp_path: Path):
    sync = unconfirming([True, True])
    with Spool(SpoolSettings(dir=tmp_path), sync=sync) as spool:
        with pytest.raises(OSError, match="Input/output error"):
            spool.append(lines(0, 10), 10)
        assert spool.next_point == 0

        spool.append(lines(10, 10), 10)
        assert payload_of(read_all(spool)) == lines(10, 10)

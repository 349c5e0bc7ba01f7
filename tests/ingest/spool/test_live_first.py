"""What has just come is read before an older backlog, and nothing twice or never."""

from pathlib import Path

import pytest

from ingest.spool.reader import MOST_LIVE_RANGES
from ingest.spool.recent import RECORD_BYTES
from ingest.spool.spool import Spool
from tests.ingest.spool.spools import (
    MIB,
    crash,
    lines,
    open_spool,
    payload_of,
    read_all,
    segment_files,
)

MEMORY_BYTES = 2 * (RECORD_BYTES + len(lines(0, 10)) + 100)


def split_spool(folder: Path, max_bytes: int = MIB) -> Spool:
    """Open a spool that reads live records first and holds two of them in memory."""
    return open_spool(
        folder,
        memory_bytes=MEMORY_BYTES,
        segment_bytes=700,
        max_bytes=max_bytes,
        live_first=True,
    )


def append(spool: Spool, first: int, end: int) -> None:
    for number in range(first, end, 10):
        spool.append(lines(number, 10), 10)


def test_the_newest_records_come_first_and_the_backlog_up_to_them_after(tmp_path: Path):
    with split_spool(tmp_path) as spool:
        append(spool, 0, 100)
        assert payload_of(spool.read_memory(1)) == lines(90, 10)
        append(spool, 100, 120)
        assert payload_of(spool.read_memory(10**9)) == lines(100, 20)
        assert spool.backlog == 90
        assert payload_of(spool.read_disk(10**9)) == lines(0, 90)
        assert spool.unread == spool.backlog == 0
        append(spool, 120, 130)
        assert payload_of(spool.read_memory(10**9)) == lines(120, 10)


def test_a_second_time_away_leaves_a_gap_that_is_read_as_well(tmp_path: Path):
    with split_spool(tmp_path) as spool:
        append(spool, 0, 100)
        spool.read_memory(1)
        append(spool, 100, 200)
        assert payload_of(spool.read_memory(1)) == lines(190, 10)
        assert payload_of(spool.read_disk(10**9)) == lines(0, 90)
        assert payload_of(spool.read_disk(10**9)) == lines(100, 90)
        assert spool.unread == 0


def test_times_away_without_end_take_no_memory_without_end(tmp_path: Path):
    with split_spool(tmp_path) as spool:
        ends = range(100, 100 * MOST_LIVE_RANGES + 301, 100)
        live = []
        for end in ends:
            append(spool, end - 100, end)
            live.append(payload_of(spool.read_memory(1)))
        assert live == [
            lines(end - 10, 10) if end <= 100 * MOST_LIVE_RANGES else b"" for end in ends
        ]
        backlog = spool.backlog
        assert spool.unread == backlog + 20  # two records are in memory
        spool.read_disk(10**9)
        assert payload_of(spool.read_memory(1)) == lines(ends[-1] - 10, 10)
        read_all(spool)
        assert spool.unread == 0


def test_points_shipped_ahead_wait_no_more_but_stay_on_disk_for_the_next_run(tmp_path: Path):
    spool = split_spool(tmp_path)
    append(spool, 0, 100)
    spool.read_memory(1)
    assert spool.release(90, 100) == 10
    assert (spool.waiting, spool.shipped_point) == (90, 0)
    spool.save()
    assert len(segment_files(tmp_path)) == 4
    crash(spool)

    with split_spool(tmp_path) as spool:
        assert spool.inherited == 100
        assert payload_of(read_all(spool)) == lines(0, 100)


def test_a_disk_that_lost_the_end_of_the_backlog_does_not_lose_what_was_read_live(tmp_path: Path):
    with split_spool(tmp_path) as spool:
        append(spool, 0, 100)
        spool.read_memory(1)
        append(spool, 100, 110)
        segment_files(tmp_path)[2].unlink()
        del spool._segments._segments[2]
        *sound, lost = spool.read_disk(10**9)
        assert payload_of(sound) == lines(0, lost.first_point)
        assert lost.end_point == 90
        assert lost.payload == b""
        assert payload_of(spool.read_memory(10**9)) == lines(100, 10)


@pytest.mark.parametrize("crowded", [False, True])
def test_in_need_of_room_everything_goes_in_order(tmp_path: Path, crowded: bool):  # noqa: FBT001
    with split_spool(tmp_path, max_bytes=2_500 if crowded else MIB) as spool:
        append(spool, 0, 100)
        assert bool(spool.read_memory(1)) is not crowded

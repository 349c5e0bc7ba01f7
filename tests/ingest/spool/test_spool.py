"""Appending, reading, shipping, stopping and starting again."""

from pathlib import Path

import pytest

from ingest.errors import ConfigError, SpoolFull
from ingest.spool import format as layout
from tests.ingest.spool.spools import (
    crash,
    lines,
    open_spool,
    payload_of,
    read_all,
    segment_files,
)


def test_what_was_appended_is_read_from_memory_in_order(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        for first in range(0, 50, 10):
            spool.append(lines(first, 10), 10)

        assert payload_of(spool.read_memory(10**9)) == lines(0, 50)
        assert spool.unread == 0


def test_a_reader_that_is_behind_reads_the_disk_and_then_memory_again(tmp_path: Path):
    with open_spool(tmp_path, memory_bytes=1_500, segment_bytes=700) as spool:
        for first in range(0, 200, 10):
            spool.append(lines(first, 10), 10)

        assert spool.read_memory(10**9) == []
        assert payload_of(read_all(spool)) == lines(0, 200)
        spool.append(lines(200, 10), 10)
        assert payload_of(spool.read_memory(10**9)) == lines(200, 10)


def test_the_backlog_is_what_was_appended_and_not_released(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(lines(0, 100), 100)
        spool.release(0, 30)
        assert (spool.waiting, spool.shipped_point) == (70, 30)
        assert 0 < spool.waiting_bytes < len(lines(0, 100))

        spool.release(0, 100)
        assert (spool.waiting, spool.waiting_bytes) == (0, 0)


def test_the_next_run_inherits_what_waits(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(lines(0, 10), 10)
        spool.append(lines(10, 10), 10)
        spool.release(0, 10)

    with open_spool(tmp_path) as spool:
        assert (spool.inherited, spool.waiting, spool.next_point) == (10, 10, 20)
        spool.append(lines(20, 5), 5)
        assert payload_of(read_all(spool)) == lines(10, 15)


def test_segments_shipped_whole_are_deleted(tmp_path: Path):
    with open_spool(tmp_path, segment_bytes=400) as spool:
        for first in range(0, 100, 10):
            spool.append(lines(first, 10), 10)
        many = len(segment_files(tmp_path))
        spool.release(0, 95)
        spool.save()
        assert many > 3
        assert len(segment_files(tmp_path)) == 1


def test_a_spool_shipped_empty_leaves_no_segment_and_goes_on_counting(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(lines(0, 10), 10)
        spool.release(0, 10)
    assert segment_files(tmp_path) == []

    with open_spool(tmp_path) as spool:
        assert (spool.waiting, spool.next_point) == (0, 10)
        spool.append(lines(10, 1), 1)
        assert payload_of(read_all(spool)) == lines(10, 1)


def test_a_lost_position_ships_again_what_is_on_disk(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(lines(0, 10), 10)
        spool.release(0, 5)
    (tmp_path / "position").write_text("")

    with open_spool(tmp_path) as spool:
        assert payload_of(read_all(spool)) == lines(0, 10)


def test_a_position_ahead_of_what_the_disk_kept_hides_no_new_points(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(lines(0, 10), 10)
    (tmp_path / "position").write_text("1000")

    with open_spool(tmp_path) as spool:
        assert spool.waiting == 0
        spool.append(lines(10, 3), 3)
        assert payload_of(read_all(spool)) == lines(10, 3)


def test_a_full_spool_refuses_and_takes_more_when_there_is_room(tmp_path: Path):
    with open_spool(tmp_path, max_bytes=4_000) as spool:
        for first in range(0, 170, 10):
            spool.append(lines(first, 10), 10)
        with pytest.raises(SpoolFull, match=r"store\.spool\.max_bytes"):
            spool.append(lines(170, 10), 10)
        appended = 170
        assert spool.waiting == spool.next_point == appended
        assert sum(file.stat().st_size for file in segment_files(tmp_path)) <= 4_000

        spool.release(0, appended - 10)
        spool.append(lines(appended, 10), 10)
        assert payload_of(read_all(spool)) == lines(0, appended + 10)


def test_what_is_larger_than_the_limit_goes_through_alone(tmp_path: Path):
    with open_spool(tmp_path, max_bytes=500) as spool:
        spool.append(lines(0, 100), 100)
        with pytest.raises(SpoolFull):
            spool.append(lines(100, 100), 100)
        spool.release(0, 100)
        spool.append(lines(100, 100), 100)
        assert payload_of(read_all(spool))[-len(lines(100, 100)) :] == lines(100, 100)


def test_a_large_append_is_kept_in_records_of_bounded_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ingest.spool.spool.MOST_RECORD_BYTES", 300)
    spool = open_spool(tmp_path)
    spool.append(lines(0, 100), 100)
    crash(spool)
    with open_spool(tmp_path) as spool:
        records = read_all(spool)

    assert len(records) > 5
    assert payload_of(records) == lines(0, 100)
    assert records[-1].end_point == 100


def test_a_wrong_number_of_points_is_an_error_of_the_caller(tmp_path: Path):
    with open_spool(tmp_path) as spool, pytest.raises(ValueError, match="3 points announced"):
        spool.append(lines(0, 2), 3)


def test_nothing_appended_writes_nothing(tmp_path: Path):
    with open_spool(tmp_path) as spool:
        spool.append(b"", 0)
    assert segment_files(tmp_path) == []


def test_a_second_process_is_told_which_folder_is_taken(tmp_path: Path):
    with (
        open_spool(tmp_path),
        pytest.raises(ConfigError, match=rf"store\.spool\.dir: {tmp_path} is in use.*pid \d+"),
    ):
        open_spool(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"store\.spool\.dir: .*file/spool: Not a directory"):
        open_spool(tmp_path / "file" / "spool")


def test_a_segment_of_a_later_version_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch, open_spool(tmp_path) as spool:
        patch.setattr(layout, "VERSION", 2)
        spool.append(lines(0, 1), 1)

    with pytest.raises(ConfigError, match="format 2, this program knows 1; start the version"):
        open_spool(tmp_path)
    with pytest.raises(ConfigError, match="format 2"):
        open_spool(tmp_path)

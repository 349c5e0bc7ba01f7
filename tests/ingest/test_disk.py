"""A file that is replaced as a whole holds one content or the other, whoever writes at once."""

import threading
from contextlib import suppress
from pathlib import Path

import pytest

from ingest import disk
from ingest.disk import WholeFile


def test_where_there_is_no_file_nothing_is_read(tmp_path: Path):
    assert WholeFile(tmp_path / "state").read() is None


def test_the_last_content_is_read_whatever_draft_a_crash_has_left(tmp_path: Path):
    file = WholeFile(tmp_path / "data" / "state")
    file.replace(b"first, and longer")
    file.replace(b"second")
    (tmp_path / "data" / "state.new").write_bytes(b"hal")
    assert WholeFile(file.path).read() == b"second"


def test_a_content_that_cannot_be_written_leaves_the_one_before(tmp_path: Path):
    file = WholeFile(tmp_path / "state")
    file.replace(b"first")
    (tmp_path / "state.new").mkdir()
    with pytest.raises(IsADirectoryError):
        file.replace(b"second")
    assert file.read() == b"first"


def test_two_that_write_at_once_write_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    meeting = threading.Barrier(2)
    met = []
    write_all = disk.write_all

    def meet_and_write(file: int, data: bytes) -> None:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(0.1)
            met.append(data)
        write_all(file, data)

    monkeypatch.setattr(disk, "write_all", meet_and_write)
    file = WholeFile(tmp_path / "state")
    writers = [threading.Thread(target=file.replace, args=[data]) for data in (b"first", b"2nd")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert met == []
    assert file.read() in {b"first", b"2nd"}

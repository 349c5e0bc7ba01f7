import os
import shutil
from pathlib import Path

import pytest

from ingest.check.finding import Verdict
from ingest.check.folders import check_folder


def verdict(folder: Path, least: int = 1, most: int = 1) -> tuple[Verdict, str]:
    found = check_folder("spool", "store.spool.dir", folder, least=least, most=most)
    return found.verdict, f"{found.what} {found.fix}"


def test_a_folder_that_is_there_is_good_and_left_empty(tmp_path: Path) -> None:
    assert verdict(tmp_path)[0] is Verdict.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_can_be_created_is_good_and_not_created(tmp_path: Path) -> None:
    found, text = verdict(tmp_path / "a" / "b")
    assert found is Verdict.GOOD
    assert "can be created" in text
    assert list(tmp_path.iterdir()) == []


def test_a_file_where_the_folder_should_be_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        found, text = verdict(folder)
        assert found is Verdict.WRONG
        assert "store.spool.dir" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_wrong(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert verdict(tmp_path)[0] is Verdict.WRONG


def test_too_little_room_to_begin_is_wrong(tmp_path: Path) -> None:
    found, text = verdict(tmp_path, least=1 << 60)
    assert found is Verdict.WRONG
    assert "only" in text


def test_less_room_than_it_may_come_to_need_is_doubtful(tmp_path: Path) -> None:
    found, text = verdict(tmp_path, most=1 << 60)
    assert found is Verdict.DOUBTFUL
    assert "store.spool.max_bytes" in text


def test_what_it_holds_already_needs_no_room(tmp_path: Path) -> None:
    most = shutil.disk_usage(tmp_path).free + 64 * 1024 * 1024
    with (tmp_path / "segment").open("wb") as segment:
        segment.truncate(1 << 40)  # a sparse file, which takes no room on the disk
    assert verdict(tmp_path, most=most)[0] is Verdict.GOOD

"""Dead letters stay until a limit deletes them, whatever happens in between."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ingest.dead_letters import DeadLetters, read
from ingest.dead_letters.line import to_line
from ingest.errors import ConfigError
from ingest.settings import DeadLetterSettings
from tests.ingest.dead_letters.letters import numbered, numbers

DAY_MS = 86_400_000
LINE_BYTES = len(to_line(numbered(10)))


def settings(folder: Path, **other: float) -> DeadLetterSettings:
    return DeadLetterSettings.model_validate({"dir": folder, **other})


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def test_letters_are_there_for_a_reader_when_append_returns(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path / "new" / "folder"))
    letters.append([numbered(1), numbered(2)])
    letters.append([])
    letters.append([numbered(3)])
    assert numbers(read(tmp_path / "new" / "folder")) == [1, 2, 3]


def test_letters_are_synced_before_append_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = DeadLetters(settings(tmp_path))
    synced: list[int] = []
    sync = os.fsync

    def spy(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    letters.append([numbered(10)])
    letters.append([numbered(11)])
    assert synced[-2:] == [LINE_BYTES, 2 * LINE_BYTES]


def test_short_runs_share_a_file(tmp_path: Path) -> None:
    for number in range(5):
        letters = DeadLetters(settings(tmp_path))
        letters.append([numbered(number)])
        letters.close()
    assert numbers(read(tmp_path)) == [0, 1, 2, 3, 4]
    assert len(files(tmp_path)) == 1


def test_two_processes_do_not_share_a_file(tmp_path: Path) -> None:
    DeadLetters(settings(tmp_path)).append([numbered(0)])
    first, second = DeadLetters(settings(tmp_path)), DeadLetters(settings(tmp_path))
    first.append([numbered(1)])
    second.append([numbered(2)])
    first.append([numbered(3)])
    assert sorted(numbers(read(tmp_path))) == [0, 1, 2, 3]
    assert len(files(tmp_path)) > 1


def test_a_line_torn_by_a_crash_does_not_spoil_the_next(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    letters = DeadLetters(settings(tmp_path))
    letters.append([numbered(1)])
    letters.close()
    with files(tmp_path)[0].open("ab") as file:
        file.write(to_line(numbered(2))[:-20])
    assert numbers(read(tmp_path)) == [1]
    assert not caplog.messages

    DeadLetters(settings(tmp_path)).append([numbered(3)])
    assert numbers(read(tmp_path)) == [1, 3]
    assert "passed over the line at byte" in caplog.text
    assert len(files(tmp_path)) == 1


def test_a_segment_ends_before_it_outgrows_its_size(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path, segment_bytes=3 * LINE_BYTES))
    for number in range(10, 18):
        letters.append([numbered(number)])
    letters.append([numbered(number) for number in range(18, 28)])
    assert numbers(read(tmp_path)) == list(range(10, 28))
    sizes = [file.stat().st_size // LINE_BYTES for file in files(tmp_path)]
    assert sizes == [3, 3, 2, 10]
    assert letters.size_bytes == 18 * LINE_BYTES


def test_segments_stay_in_order_when_the_clock_goes_back(tmp_path: Path) -> None:
    now_ms = time.time_ns() // 1_000_000
    now = iter(range(now_ms, 0, -1_000))
    letters = DeadLetters(settings(tmp_path, segment_bytes=1), now_ms=lambda: next(now))
    for number in range(5):
        letters.append([numbered(number)])
    assert numbers(read(tmp_path)) == [0, 1, 2, 3, 4]


def test_beyond_the_size_limit_the_oldest_are_deleted_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limits = {"segment_bytes": 2 * LINE_BYTES, "max_bytes": 5 * LINE_BYTES}
    letters = DeadLetters(settings(tmp_path, **limits))
    for number in range(10, 20):
        letters.append([numbered(number)])
    assert numbers(read(tmp_path)) == [16, 17, 18, 19]
    assert letters.deleted == 6
    assert letters.size_bytes == 4 * LINE_BYTES
    assert len(caplog.messages) == 1
    assert "raise deadletters.max_bytes" in caplog.text


def test_a_batch_beyond_the_size_limit_is_kept_whole(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path, segment_bytes=1, max_bytes=1))
    letters.append([numbered(1), numbered(2)])
    assert numbers(read(tmp_path)) == [1, 2]
    letters.append([numbered(3)])
    assert numbers(read(tmp_path)) == [3]


def test_a_segment_is_deleted_when_its_newest_letter_is_too_old(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    limits = {"segment_bytes": 2 * LINE_BYTES, "max_age_days": 7}
    letters = DeadLetters(settings(tmp_path, **limits))
    for number in range(10, 15):
        letters.append([numbered(number)])
    letters.close()
    newest_ms = files(tmp_path)[1].stat().st_mtime_ns // 1_000_000
    os.utime(files(tmp_path)[2], (newest_ms / 1000 + 60,) * 2)

    later_ms = newest_ms + 7 * DAY_MS + 1_000
    again = DeadLetters(settings(tmp_path, **limits), now_ms=lambda: later_ms)
    assert numbers(read(tmp_path)) == [14]
    assert again.deleted == 4
    assert "raise deadletters.max_age_days" in caplog.text


def test_what_was_replayed_is_forgotten_with_its_segment(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path, segment_bytes=1, max_bytes=1))
    letters.append([numbered(1)])
    beside = files(tmp_path)[0].with_suffix(".replayed")
    beside.write_text("0\n")
    letters.append([numbered(2)])
    assert not beside.exists()


def test_letters_deleted_by_hand_do_not_swallow_the_next(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path / "box"))
    letters.append([numbered(1)])
    for file in files(tmp_path / "box"):
        file.unlink()
    (tmp_path / "box").rmdir()
    letters.append([numbered(2)])
    assert numbers(read(tmp_path / "box")) == [2]


def test_threads_do_not_mix_their_lines(tmp_path: Path) -> None:
    letters = DeadLetters(settings(tmp_path, segment_bytes=10 * LINE_BYTES))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: letters.append([numbered(number)] * 3), range(50)))
    assert sorted(numbers(read(tmp_path))) == sorted(list(range(50)) * 3)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from ingest.dead_letters import DeadLetters
from ingest.errors import SpoolFull
from ingest.settings import DeadLetterSettings
from tests.ingest.dead_letters.letters import numbered

letters = DeadLetters(DeadLetterSettings(dir=Path(sys.argv[1])))
letters.append([numbered(1)])
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, resource.RLIM_INFINITY))
try:
    letters.append([numbered(number) for number in range(2, 50)])
except SpoolFull as error:
    print(error)
letters.append([numbered(50)])
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
letters.append([numbered(51)])
"""


def test_a_full_disk_takes_nothing_of_the_letters_and_keeps_those_it_has(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], check=True, capture_output=True, text=True
    )
    assert "File too large" in done.stdout
    assert str(tmp_path) in done.stdout
    assert numbers(read(tmp_path)) == [1, 50, 51]


def test_a_disk_that_does_not_sync_is_an_error_and_another_file_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = DeadLetters(settings(tmp_path))
    letters.append([numbered(1)])

    def fail(_descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output error"):
            letters.append([numbered(2)])
    letters.append([numbered(3)])
    assert numbers(read(tmp_path)) == [1, 3]
    assert len(files(tmp_path)) == 2


def test_a_folder_that_cannot_be_used_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"deadletters\.dir: .*file.* cannot be used"):
        DeadLetters(settings(tmp_path / "file" / "folder"))

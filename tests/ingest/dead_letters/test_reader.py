"""A reader gets the letters it wants, once, and those that come later too."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from ingest.dead_letters import Cursor, DeadLetters, Wanted, read
from ingest.dead_letters.line import to_line
from ingest.errors import ConfigError
from ingest.settings import DeadLetterSettings
from tests.ingest.dead_letters.letters import LETTER, numbered, numbers


def kept(folder: Path, *, segment_bytes: int = 1_000) -> DeadLetters:
    return DeadLetters(DeadLetterSettings(dir=folder, segment_bytes=segment_bytes))


def test_a_folder_that_is_not_there_holds_no_letters(tmp_path: Path) -> None:
    assert list(read(tmp_path / "nowhere")) == []


def test_only_the_wanted_letters_are_read(tmp_path: Path) -> None:
    letters = [
        numbered(1),
        replace(numbered(2), reason="json"),
        replace(numbered(3), arrived_ms=LETTER.arrived_ms + 1),
        replace(LETTER, topic="telemetry/other/snow_gun/g-4"),
    ]
    kept(tmp_path).append(letters)
    assert numbers(read(tmp_path, Wanted(reason="json"))) == [2]
    assert numbers(read(tmp_path, Wanted(since_ms=LETTER.arrived_ms + 1))) == [3]
    assert numbers(read(tmp_path, Wanted(topic="telemetry/*/snow_gun/*"))) == [4]
    assert numbers(read(tmp_path, Wanted(topic="*m-?", reason="range"))) == [1, 3]


def test_a_cursor_gives_each_letter_once_over_all_segments(tmp_path: Path) -> None:
    letters, cursor = kept(tmp_path, segment_bytes=500), Cursor(tmp_path)
    seen: list[int] = []
    for number in range(12):
        letters.append([numbered(number)])
        if number % 3 == 0:
            seen += numbers(found.letter for found in cursor.read())
    seen += numbers(found.letter for found in cursor.read())
    assert seen == list(range(12))


def test_a_letter_of_a_later_format_ends_the_reading_with_what_to_do(tmp_path: Path) -> None:
    kept(tmp_path).append([numbered(1)])
    (segment,) = tmp_path.glob("*.jsonl")
    with segment.open("ab") as file:
        file.write(to_line(numbered(2)).replace(b"{", b'{"version":2,', 1))
    letters = read(tmp_path)
    assert numbers([next(letters)]) == [1]
    with pytest.raises(ConfigError, match=r"\.jsonl: the line at byte \d+: format 2.*elsewhere"):
        next(letters)


def test_a_line_that_is_being_written_is_read_when_it_is_whole(tmp_path: Path) -> None:
    kept(tmp_path).append([numbered(1)])
    (file,) = tmp_path.glob("*.jsonl")
    whole = file.read_bytes()
    cursor = Cursor(tmp_path)
    file.write_bytes(whole[:50])
    assert list(cursor.read()) == []
    file.write_bytes(whole)
    assert numbers(found.letter for found in cursor.read()) == [1]


def test_following_waits_for_letters_to_come(tmp_path: Path) -> None:
    letters = kept(tmp_path)
    letters.append([numbered(0)])
    coming = iter(range(1, 5))
    following = Cursor(tmp_path).follow(lambda _s: letters.append([numbered(next(coming))]))
    assert numbers(found.letter for found in islice(following, 5)) == [0, 1, 2, 3, 4]

"""A dead letter survives being a line."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.core.rejection import DeadLetter
from ingest.dead_letters.line import NewerLine, from_line, to_line
from tests.ingest.dead_letters.letters import ANY_LETTER, LETTER


@given(ANY_LETTER)
def test_any_letter_comes_back_from_one_line_of_ascii(letter: DeadLetter) -> None:
    line = to_line(letter)
    assert from_line(line) == letter
    assert line.isascii()
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert all(byte >= 0x20 for byte in line[:-1])


@given(ANY_LETTER, st.integers(0, 10_000), st.integers(0, 3), st.binary(max_size=3))
def test_of_a_damaged_line_comes_a_whole_letter_or_none(
    letter: DeadLetter, place: int, removed: int, inserted: bytes
) -> None:
    line = bytearray(to_line(letter))
    at = place % len(line)
    line[at : at + removed] = inserted
    with suppress(ValueError):
        read = from_line(bytes(line))
        assert from_line(to_line(read)) == read


def test_the_line_reads_well() -> None:
    assert json.loads(to_line(LETTER)) == {
        "arrived": "2026-09-21T14:13:20.123Z",
        "topic": "telemetry/chongli/smart_meter/m-1",
        "reason": "range",
        "place": "$.voltage_l1_v",
        "message": "9000 is outside 0…600 V",
        "size_bytes": 43,
        "payload": "eyJ0cyI6IDE3OTAwMDAwMDAwMDAsICJ2b2x0YWdlX2wxX3YiOiA5MDAwfQ==",
    }


def test_a_line_of_a_later_format_is_told_from_nonsense() -> None:
    later = to_line(LETTER).replace(b"{", b'{"version":2,', 1)
    with pytest.raises(NewerLine, match="format 2, this program knows 1"):
        from_line(later)
    assert from_line(later.replace(b'"version":2', b'"version":1')) == LETTER


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\0\0\0\0",
        b"[]",
        b"{}",
        b"3",
        b"null",
        b"[" * 100_000,
        to_line(LETTER)[:-30],
        to_line(LETTER).replace(b'"range"', b'"whim"'),
        to_line(LETTER).replace(b"2026-", b"then-"),
        to_line(LETTER).replace(b"eyJ", b"!!!"),
        to_line(LETTER).replace(b"Z", b""),
        b"\xff\xfe\x00",
        to_line(LETTER).replace(b'"size_bytes":43', b'"size_bytes":"43"'),
        to_line(LETTER).replace(b'"size_bytes":43', b'"size_bytes":-1'),
        to_line(LETTER).replace(b'"$.voltage_l1_v"', b"1"),
        to_line(LETTER).replace(b"{", b'{"version":Infinity,', 1),
        to_line(LETTER).replace(b"2026-09-21T14:13:20.123Z", b"0001-01-01T00:00:00+14:00"),
    ],
)
def test_anything_else_is_no_letter(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the class is the contract
        from_line(line)

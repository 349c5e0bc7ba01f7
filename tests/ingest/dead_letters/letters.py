"""Dead letters to test with."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import strategies as st

from ingest.core.rejection import REASONS, DeadLetter

LETTER = DeadLetter(
    arrived_ms=1_790_000_000_123,
    topic="telemetry/chongli/smart_meter/m-1",
    reason="range",
    place="$.voltage_l1_v",
    message="9000 is outside 0…600 V",
    payload=b'{"ts": 1790000000000, "voltage_l1_v": 9000}',
    size_bytes=43,
)

ANY_TEXT = st.text(st.characters())  # surrogates and control characters too
ANY_LETTER = st.builds(
    DeadLetter,
    arrived_ms=st.integers(0, 250_000_000_000_000),
    topic=ANY_TEXT,
    reason=st.sampled_from(REASONS),
    place=ANY_TEXT,
    message=ANY_TEXT,
    payload=st.binary(max_size=200),
    size_bytes=st.integers(0, 2**40),
)


def numbered(number: int) -> DeadLetter:
    """Return a letter that can be told from others."""
    return replace(LETTER, topic=f"telemetry/chongli/smart_meter/m-{number}")


def numbers(letters: Iterable[DeadLetter]) -> list[int]:
    """Return the numbers of letters that `numbered` made."""
    return [int(letter.topic.rpartition("-")[2]) for letter in letters]

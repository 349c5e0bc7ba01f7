"""Durations as people write them in rules: `90s`, `2m`, `1h`, `1d`."""

import re
from functools import lru_cache

UNITS_S = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
PATTERN = r"(\d+(\.\d+)?(ms|s|m|h|d))+"

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(text: str) -> float:
    """Return a duration in seconds; parts add up: `1h30m`.

    Raises:
        ValueError: The text is no duration.
    """
    if not re.fullmatch(PATTERN, text):
        raise ValueError(f"{text!r} is no duration")
    return sum(float(number) * UNITS_S[unit] for number, unit in _PART.findall(text))


@lru_cache(maxsize=1_000)  # the same few stand in the summaries of all alerts
def duration(length_s: float) -> str:
    """Return the text that `seconds` reads: 90 → `1m30s`."""
    left_ms, text = round(length_s * 1000), ""
    for unit, size_s in reversed(UNITS_S.items()):
        count, left_ms = divmod(left_ms, round(size_s * 1000))
        text += f"{count}{unit}" if count else ""
    return text or "0s"

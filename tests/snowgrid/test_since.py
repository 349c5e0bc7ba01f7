"""Points in time as typed."""

from datetime import UTC, datetime, timedelta

import pytest

from snowgrid.cli.since import parse_since

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        (" 1h ", timedelta(hours=1)),
        ("1.5 d", timedelta(days=1.5)),
        ("2w", timedelta(weeks=2)),
        ("2026-02-01T11:00:00Z", timedelta(hours=1)),
        ("2026-02-01T20:00+08:00", timedelta(0)),
    ],
)
def test_a_time_may_be_an_age_or_a_moment(text: str, ago: timedelta) -> None:
    assert parse_since(text, NOW) == NOW - ago


def test_a_moment_without_offset_is_local() -> None:
    assert parse_since("2026-01-31", NOW) == datetime(2026, 1, 31).astimezone()


@pytest.mark.parametrize("text", ["", "yesterday", "h", "-1h", "1y", "9" * 400 + "w", "2026-13-01"])
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ValueError, match="is no point in time; try 1h"):
        parse_since(text, NOW)

import pytest

from ingest.text import printable, readable_bytes


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 温度", "plain 温度"),
        ("two\nlines", r"two\nlines"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\u202ereversed", r"\u202ereversed"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_is_not_printable_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0.0 MiB"), (3 << 19, "1.5 MiB"), (8 << 30, "8.0 GiB")]
)
def test_sizes_are_written_as_people_say_them(count: int, text: str) -> None:
    assert readable_bytes(count) == text

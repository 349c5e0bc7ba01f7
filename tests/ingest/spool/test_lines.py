"""Cutting blocks of lines."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.spool.lines import cut, halve

BLOCKS = st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"") + b"\n")).map(b"".join)


@given(block=BLOCKS, max_lines=st.integers(1, 9), max_bytes=st.integers(1, 60))
def test_parts_are_whole_lines_within_both_limits_and_join_to_the_block(
    block: bytes, max_lines: int, max_bytes: int
):
    parts = list(cut(block, max_lines=max_lines, max_bytes=max_bytes))

    assert b"".join(part for part, _ in parts) == block
    for part, lines in parts:
        assert part.count(b"\n") == lines <= max_lines
        assert len(part) <= max_bytes or lines == 1


@given(block=BLOCKS.filter(bool))
def test_halving_ends_at_single_lines(block: bytes):
    first, second = halve(block)

    assert first + second == block
    assert first.endswith(b"\n")
    assert bool(second) == (block.count(b"\n") > 1)

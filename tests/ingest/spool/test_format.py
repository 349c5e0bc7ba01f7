"""Segment and record headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.spool import format as layout

POINTS = st.integers(0, 2**63)


@given(first_point=POINTS, points=st.integers(0, 2**32 - 1), payload=st.binary(max_size=200))
def test_a_record_header_says_what_was_packed(first_point: int, points: int, payload: bytes):
    header = layout.unpack_record_header(layout.pack_record(payload, first_point, points))

    assert header is not None
    assert (header.first_point, header.points) == (first_point, points)
    assert header.length_bytes == len(payload)


@given(bit=st.integers(0, layout.RECORD_HEADER_BYTES * 8 - 1))
def test_any_flipped_bit_of_a_record_header_is_noticed(bit: int):
    data = bytearray(layout.pack_record(b"m f=1 1\n", 7, 1))
    data[bit // 8] ^= 1 << bit % 8

    assert layout.unpack_record_header(bytes(data)) is None


@given(first_point=POINTS)
def test_a_segment_header_says_where_it_starts(first_point: int):
    assert layout.unpack_segment_header(layout.pack_segment_header(first_point)) == first_point


@pytest.mark.parametrize("length", [0, 1, layout.SEGMENT_HEADER_BYTES - 1])
def test_a_cut_segment_header_is_damaged(length: int):
    assert layout.unpack_segment_header(layout.pack_segment_header(1)[:length]) is None


def test_a_later_version_is_told_from_damage(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(layout, "VERSION", 2)
    later = layout.pack_segment_header(1)
    monkeypatch.undo()

    with pytest.raises(layout.NewerVersion, match="format 2, this program knows 1"):
        layout.unpack_segment_header(later)

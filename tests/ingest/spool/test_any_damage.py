"""Whatever happens to the files of a spool, only lines that were written come out of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.spool.damaging import Change, check, fill

CHANGES = st.lists(
    st.builds(
        Change,
        place=st.integers(0, 1000),
        removed=st.integers(0, 3) | st.integers(0, 400),
        inserted=st.binary(max_size=60) | st.just(b"\xffREC"),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=60)
@given(changes=CHANGES, file=st.integers(0, 2), segment_bytes=st.sampled_from([100, 10**6]))
def test_all_that_is_whole_is_read_once_and_in_order_and_the_rest_counted(
    tmp_path_factory: pytest.TempPathFactory, changes: list[Change], file: int, segment_bytes: int
):
    folder = tmp_path_factory.mktemp("spool")
    fill(folder, segment_bytes=segment_bytes)
    check(folder, file, changes)

"""Repeats within a frame."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.stores.merging import merge_repeats
from tests.ingest.stores.frames import GUN, START_MS, Fleet

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.lists(st.sampled_from([np.nan, 1.0, 2.0]), min_size=4, max_size=4),
    ),
    max_size=30,
)


@given(rows=ROWS)
def test_the_later_value_of_each_field_wins_and_absent_ones_erase_nothing(
    rows: list[tuple[int, int, list[float]]],
):
    fleet = Fleet()
    expected: dict[tuple[int, int], list[float]] = {}
    for device, offset, values in rows:
        before = expected.get((device, START_MS + offset), [np.nan] * 4)
        expected[device, START_MS + offset] = [
            old if np.isnan(new) else new for old, new in zip(before, values, strict=True)
        ]
    frame = fleet.columns(
        GUN,
        [device for device, _, _ in rows],
        [START_MS + offset for _, offset, _ in rows],
        [values for _, _, values in rows],
    )
    merged = merge_repeats(frame)

    identities = list(zip(merged.device.tolist(), merged.ts_ms.tolist(), strict=True))
    assert len(identities) == len(set(identities)) == len(merged.seq)
    for identity, values in zip(identities, merged.values, strict=True):
        np.testing.assert_array_equal(values, expected[identity])
    assert set(identities) == set(expected)


def test_a_frame_without_repeats_is_returned_as_it_is():
    frame = Fleet().many(GUN, 100)
    assert merge_repeats(frame) is frame

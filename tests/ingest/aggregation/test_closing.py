from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.aggregation.closing import Closing
from ingest.core.rows import Bucket, Rows
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers
from tests.ingest.stores.frames import GUN, LIFT, Fleet, Reading

TIERS = Tiers((1_000, 5_000, 10_000))


def closed(measurement: str, start_ms: int) -> Rows:
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=measurement,
        tags={"site": ["ridge"]},
        ts_ms=np.array([start_ms]),
        columns={"v": [None]},
    )


def closing_after(rows: Sequence[Rows] = ()) -> Closing:
    closing = Closing([GUN.name, LIFT.name], TIERS)
    closing.note(rows)
    return closing


def test_before_a_window_has_closed_nothing_is_late_and_all_may_be_written():
    closing = closing_after()
    frame = Fleet().frame(LIFT, [Reading("l1", 0, {})])
    assert closing.late([frame]) == set()
    assert closing.is_over(closed("test_lift_10s", 0), closing.until_ms(LIFT.name))


def test_a_window_is_over_when_the_closed_ones_reach_its_end():
    until_ms = closing_after([closed("test_lift_1s", 3_000)]).until_ms(LIFT.name)
    closing = closing_after()
    assert closing.is_over(closed("test_lift_site_1s", 3_000), until_ms)
    assert not closing.is_over(closed("test_lift_1s", 4_000), until_ms)
    assert not closing.is_over(closed("test_lift_5s", 0), until_ms)


def test_kinds_close_on_their_own():
    closing = closing_after([closed("test_lift_5s", 0)])
    assert (closing.until_ms(LIFT.name), closing.until_ms(GUN.name)) == (5_000, None)


def test_the_kinds_of_which_long_windows_closed_are_told():
    closing = closing_after()
    assert closing.note([closed("test_lift_1s", 0), closed("test_gun_site_5s", 0)]) == {GUN.name}


def test_of_a_single_tier_every_window_is_a_long_one():
    closing = Closing([LIFT.name], Tiers((1_000,)))
    assert closing.note([closed("test_lift_1s", 0)]) == {LIFT.name}


@given(
    readings=st.lists(
        st.tuples(st.sampled_from(["ridge", "valley"]), st.integers(0, 2), st.integers(0, 39_999))
    ),
    until_s=st.integers(1, 40),
)
def test_exactly_the_spans_of_late_readings_are_told(
    readings: list[tuple[str, int, int]], until_s: int
):
    fleet = Fleet()
    for site in ("ridge", "valley"):
        fleet.site = site
        for number in range(3):
            fleet.index(LIFT, f"{site}-{number}")
    frame = fleet.frame(LIFT, [Reading(f"{site}-{n}", ts_ms, {}) for site, n, ts_ms in readings])
    closing = closing_after([closed("test_lift_1s", (until_s - 1) * 1_000)])
    assert closing.late([frame]) == {
        Span(LIFT.name, site, ts_ms // 10_000 * 10_000)
        for site, _, ts_ms in readings
        if ts_ms < until_s * 1_000
    }

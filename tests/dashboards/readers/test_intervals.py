"""How finely panels are read."""

from hypothesis import given
from hypothesis import strategies as st

from dashboards.model.query import Column, Database, Function, Query, Source
from dashboards.model.tiers import MOST_POINTS, TIERS_S, tier_for
from dashboards.readers.intervals import STEPS_S, interval_ms

HOUR_MS = 3_600_000
YEAR_MS = 366 * 24 * HOUR_MS
COLUMN = (Column(field="x", function=Function.MEAN, name="x"),)


def asking(*, tiered: bool = False, spacing_s: float = 0.0) -> Query:
    source = Source(
        database=Database.ROLLUP, measurement="gauge", tiered=tiered, spacing_s=spacing_s
    )
    return Query(source=source, columns=COLUMN)


@given(range_ms=st.integers(1, 5 * YEAR_MS), width_px=st.integers(1, 4_000), tiered=st.booleans())
def test_there_are_never_more_points_than_can_be_drawn(range_ms, width_px, tiered):
    step_ms = interval_ms([asking(tiered=tiered)], range_ms, width_px)
    assert range_ms / step_ms <= max(1, width_px // 2) or step_ms == 1_000 * STEPS_S[-1]
    assert range_ms / step_ms <= MOST_POINTS


@given(range_ms=st.integers(1, 5 * YEAR_MS), width_px=st.integers(1, 4_000))
def test_an_interval_holds_whole_windows_of_the_tier(range_ms, width_px):
    step_ms = interval_ms([asking(tiered=True)], range_ms, width_px)
    assert step_ms % (1_000 * TIERS_S[tier_for(range_ms)]) == 0


def test_a_panel_is_as_fine_as_its_width_deserves():
    assert interval_ms([asking()], HOUR_MS, 720) == 10_000
    assert interval_ms([asking()], HOUR_MS, 72) == 2 * 60_000


def test_no_panel_is_finer_than_the_slowest_of_its_rows():
    inner = Query(source=asking().source, columns=COLUMN, inner=asking(spacing_s=280))
    assert interval_ms([asking(spacing_s=5), inner], HOUR_MS, 4_000) == 300_000

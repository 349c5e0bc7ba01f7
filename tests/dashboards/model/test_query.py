"""Questions that make no sense cannot be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.model.query import Column, Database, Fill, Function, Query, Source
from dashboards.model.tiers import MOST_POINTS, TIERS_S, longest_ms, tier_for, tier_holding
from ingest.own_figures import tier_rows
from ingest.rollups.tiers import Tiers

SOURCE = Source(database=Database.RAW, measurement="pdu", tiered=False)
EVERY = Column(field="load_pct", function=Function.EVERY, name="load")
MEAN = Column(field="load_pct", function=Function.MEAN, name="load")
RATE = Column(field="load_pct", function=Function.RATE, name="load")
DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"columns": ()}, "at least one column"),
        ({"columns": (EVERY, MEAN)}, "all columns of a query aggregate, or none"),
        ({"columns": (EVERY,), "over_time": False}, "does not aggregate is over time"),
        ({"columns": (MEAN,), "newest": 1}, "newest rows"),
        ({"columns": (RATE,), "over_time": False}, "growth is between intervals"),
        ({"columns": (RATE,), "fill": Fill.ZERO}, "growth cannot be filled"),
        ({"columns": (MEAN,), "most": 10}, "greatest rows"),
        (
            {
                "columns": (MEAN,),
                "inner": Query(source=SOURCE, columns=(MEAN,), fill=Fill.PREVIOUS),
            },
            "inner query cannot be filled",
        ),
        (
            {
                "columns": (EVERY,),
                "inner": Query(source=SOURCE, columns=(EVERY,), newest=2),
            },
            "one newest row",
        ),
        (
            {
                "columns": (MEAN,),
                "inner": Query(source=SOURCE, columns=(MEAN,), over_time=False),
            },
            "cannot ask one that is not",
        ),
    ],
)
def test_a_question_that_no_store_can_answer_is_refused(said, complaint):
    with pytest.raises(ValueError, match=complaint):
        Query(source=SOURCE, **said)


@given(range_ms=st.integers(1, 20 * 365 * DAY_MS))
def test_no_range_is_read_by_more_points_than_a_series_should_have(range_ms):
    tier = tier_for(range_ms)
    assert range_ms <= longest_ms(tier)
    assert range_ms / 1000 / TIERS_S[tier] <= MOST_POINTS or tier == "1h"


def test_grafana_is_told_the_same_tiers_as_the_browser_takes():
    rows = tier_rows(Tiers(), now_ms=0)
    told = dict(zip(rows.columns["tier"], rows.columns["longest_ms"], strict=True))
    assert told == {tier: longest_ms(tier) for tier in TIERS_S}


@pytest.mark.parametrize(
    ("stretch_s", "tier"), [(10, "1m"), (60, "1m"), (61, "15m"), (900, "15m"), (86_400, "1h")]
)
def test_a_stretch_is_held_by_the_shortest_windows_that_can(stretch_s, tier):
    assert tier_holding(stretch_s) == tier

"""How finely a panel is read: as its width deserves, and never finer than its rows."""

from collections.abc import Iterable

from dashboards.model.query import Query
from dashboards.model.tiers import TIERS_S, tier_for

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE_S * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(HOUR_S * hours for hours in (1, 2, 6, 12)),
    *(DAY_S * days for days in (1, 7, 30)),
)
"""Lengths that people think in. Each is a multiple of the windows that are not longer."""

PIXELS_A_POINT = 2


def interval_ms(queries: Iterable[Query], range_ms: int, width_px: int) -> int:
    """Return the length of a panel's intervals.

    Args:
        queries: Of the panel, which are drawn together.
        range_ms: Length of the time range.
        width_px: Width of the panel on the screen.
    """
    points = max(1, width_px // PIXELS_A_POINT)
    rows_s = (row_s(query, tier_for(range_ms)) for query in queries)
    least_s = max(range_ms / 1_000 / points, *rows_s, STEPS_S[0])
    return 1_000 * next((step for step in STEPS_S if step >= least_s), STEPS_S[-1])


def row_s(query: Query, tier: str) -> float:
    """Return how far apart the rows of a query's innermost source are.

    Args:
        query: Of a panel.
        tier: Windows that tiered sources are read by.
    """
    if query.inner:
        return row_s(query.inner, tier)
    return TIERS_S[tier] if query.source.tiered else query.source.spacing_s

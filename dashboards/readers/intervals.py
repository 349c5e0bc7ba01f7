"""How finely a panel is read: as its width deserves, and never finer than its rows."""

from collections.abc import Iterable, Mapping

from dashboards.model.query import Database, Query
from dashboards.model.tiers import TIERS_S, tier_for
from devices.schema import Kind

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
STEPS_S = (
    *(1, 2, 5, 10, 15, 30),
    *(MINUTE_S * minutes for minutes in (1, 2, 5, 10, 15, 30)),
    *(HOUR_S * hours for hours in (1, 2, 6, 12)),
    *(DAY_S * days for days in (1, 7, 30)),
)
"""Lengths that people think in. Each is a multiple of the windows that are not longer."""

PIXELS_A_POINT = 2
OWN_FIGURES_S = 10.0
"""How often the service writes figures of itself, and how finely alerts are counted."""


def interval_ms(
    queries: Iterable[Query], range_ms: int, width_px: int, kinds: Mapping[str, Kind]
) -> int:
    """Return the length of a panel's intervals.

    Args:
        queries: Of the panel, which are drawn together.
        range_ms: Length of the time range.
        width_px: Width of the panel on the screen.
        kinds: By name; they tell how often there is a row.
    """
    points = max(1, width_px // PIXELS_A_POINT)
    rows_s = (row_s(query, tier_for(range_ms), kinds) for query in queries)
    least_s = max(range_ms / 1_000 / points, *rows_s, STEPS_S[0])
    return 1_000 * next((step for step in STEPS_S if step >= least_s), STEPS_S[-1])


def row_s(query: Query, tier: str, kinds: Mapping[str, Kind]) -> float:
    """Return how long it takes until the source of a query has a new row of each device.

    Args:
        query: The rows of the innermost one count.
        tier: Windows that tiered sources are read by.
        kinds: By name.
    """
    while query.inner:
        query = query.inner
    name = query.source.measurement
    if query.source.database is Database.ROLLUP and not query.source.tiered:
        name, _, tier = name.rpartition("_")
    kind = kinds.get(name.removesuffix("_site"))
    reported_s = kind.interval_s if kind else OWN_FIGURES_S
    return (
        max(reported_s, TIERS_S[tier]) if query.source.database is Database.ROLLUP else reported_s
    )

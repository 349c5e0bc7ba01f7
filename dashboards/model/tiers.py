"""Which windows a time range is read by, so that no series has more than some 2,000 points."""

MOST_POINTS = 2_000
TIERS_S = {"1m": 60.0, "15m": 900.0, "1h": 3600.0}
TIERS_MEASUREMENT = "snowgrid_tiers"
"""Rows that the service writes for Grafana, which can choose a measurement only by a query: `tier`
(text) with the longest range that it suits, `longest_ms`, the shortest first."""


def longest_ms(tier: str) -> int:
    """Return the longest time range that a tier suits; the last one suits all."""
    if tier == [*TIERS_S][-1]:
        return 100 * 366 * 86_400_000
    return round(TIERS_S[tier] * MOST_POINTS * 1000)


def tier_for(range_ms: int) -> str:
    """Return the tier that a time range is read by."""
    return next(tier for tier in TIERS_S if range_ms <= longest_ms(tier))


def tier_holding(stretch_s: float) -> str:
    """Return the tier with the shortest windows that are as long as a stretch, or the longest."""
    return next((tier for tier, s in TIERS_S.items() if s >= stretch_s), [*TIERS_S][-1])

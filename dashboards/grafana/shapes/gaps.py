"""When a line is broken, and how finely time is cut."""

from dashboards.model.panel import Panel
from dashboards.model.query import Database

INTERVALS_OF_A_GAP = 3
"""So many intervals without a reading are a gap; one reading that is late is none."""


def least_interval_s(panel: Panel) -> float:
    """Return how far apart a panel's rows are at least, seconds; 0 where only the tier says it."""
    over_time = (target.query for target in panel.targets if target.query.over_time)
    return max((query.source.spacing_s for query in over_time), default=0.0)


def bridged(panel: Panel) -> bool | float:
    """Return for how long a line may go on without values, in ms, or False.

    Windows have a row or a gap. Readings come now a little earlier, now later than their interval
    says, so intervals without one are ordinary.
    """
    databases = {target.query.source.database for target in panel.targets}
    spacing_s = least_interval_s(panel)
    if databases != {Database.RAW} or not spacing_s:
        return False
    return INTERVALS_OF_A_GAP * spacing_s * 1000

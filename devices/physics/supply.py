"""How long the mains have been back: what must wait before it joins the grid again."""

import math
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from devices.environment.grid import Grid


def supplied_for_s(grid: "Grid", now: datetime) -> float:
    """Return the seconds since the last outage ended.

    Returns:
        Less than 0 in an outage, infinity when none lies close enough to matter.
    """
    outage = grid.last_outage(now)
    return math.inf if outage is None else now.timestamp() - outage.end_s

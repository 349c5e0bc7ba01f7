"""A gate that counts who comes to a resort and who leaves it."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.localtime import local
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.physics.turnstiles import Turnstiles
from devices.schema import Kind, Limit, Option, Severity, counter, gauge, settled

FIELDS = (
    counter("entries_total", "Entries", modulus=100_000_000, resolution=1),
    counter("exits_total", "Exits", modulus=100_000_000, resolution=1),
    gauge(
        "occupancy_count",
        "Occupancy",
        hard=(0, 100_000),
        typical=(0, 5_000),
        resolution=1,
        note="Who came in through the gate that day and has not left; 0 at night.",
    ),
    gauge(
        "occupancy_pct",
        "Occupancy of the limit",
        hard=(0, 1000),
        typical=(0, 90),
        resolution=0.1,
        note="Of the gate's share of the guests that the resort may take.",
    ),
)

LIMITS = (
    Limit(
        field="occupancy_pct",
        severity=Severity.WARNING,
        above=90.0,
        clear=85.0,
        for_s=300,
        source="practice of resorts: slow down the sale of tickets",
    ),
    Limit(
        field="occupancy_pct",
        severity=Severity.CRITICAL,
        above=100.0,
        clear=95.0,
        for_s=60,
        source="the resort's licence: no more guests than it names",
    ),
)

OPTIONS = {
    "occupancy_limit": Option(
        meaning="guests that the resort may take at once",
        default=6000.0,
        hard=(10, 100_000),
    ),
    "guests_ratio": Option(
        meaning="share of the resort's guests who come through these gates",
        default=1.0,
        hard=(0, 1),
    ),
}

POPULARITY = (0.5, 1.5)  # among the gates of a resort


class VisitorGates:
    """Gates of one resort; each guest comes and leaves through the same one."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        count = len(population)
        options = settled(OPTIONS, population.options)
        popularity = rng.uniform(*POPULARITY, count)
        share = options["guests_ratio"] * popularity / popularity.sum()
        self._limit = options["occupancy_limit"] * share
        self._turnstiles = Turnstiles(count, rng)
        self._counted = np.floor(rng.uniform(0.0, 2e6, count))

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """See `Model.step`; without mains the gates count on, from their batteries."""
        del dt_s  # the crowd knows the hour
        crowd, turnstiles = environment.crowd, self._turnstiles
        turnstiles.begin_day(local(now).toordinal(), self._limit * crowd.guests_ratio(now))
        turnstiles.pass_through(crowd.arrived_ratio(now), crowd.left_ratio(now))
        inside = turnstiles.inside
        return {
            "entries_total": self._counted + turnstiles.entered,
            "exits_total": self._counted + turnstiles.left,
            "occupancy_count": inside,
            "occupancy_pct": np.divide(
                100.0 * inside, self._limit, out=np.zeros_like(inside), where=self._limit > 0
            ),
        }


KIND = Kind(
    name="visitor_gate",
    family="ski",
    title="Visitor gate",
    summary="Turnstiles at a resort's entrance, counting both ways.",
    fields=FIELDS,
    limits=LIMITS,
    options=OPTIONS,
    interval_s=60.0,
    model=VisitorGates,
)

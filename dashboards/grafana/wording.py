"""What stands in InfluxQL for times and choices: Grafana's macros, or what has been chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dashboards.grafana.influxql import among, quoted
from dashboards.model.query import Condition, Database, Source

TIER = "tier"
"""Name of the hidden variable that holds which windows the time range is read by."""

BUCKETS: Mapping[Database, str] = {
    Database.RAW: "telemetry",
    Database.ROLLUP: "telemetry_rollup",
}
"""Where measurements are kept unless a deployment says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macros:
    """Leaves it to Grafana to fill in what the person chooses.

    Attributes:
        buckets: Name of each database.
    """

    buckets: Mapping[Database, str] = field(default_factory=lambda: BUCKETS)

    def interval(self, source: Source) -> str:
        """Return Grafana's interval, or the windows themselves where these follow the range.

        Grafana takes no variable for a panel's least interval, and intervals shorter than windows
        would be full of gaps. Tiers bound the number of windows as well as intervals do.
        """
        return f"${{{TIER}}}" if source.tiered else "$__interval"

    def database(self, source: Source) -> str:
        """Return the name of the database of a source."""
        return self.buckets[source.database]

    def measurement(self, source: Source) -> str:
        """Return the name of the measurement, of the tier that Grafana fills in."""
        return f"{source.measurement}_${{{TIER}}}" if source.tiered else source.measurement

    def time(self, back_s: float) -> str:
        """Return Grafana's own filter, or one made of the ends of its range."""
        if not back_s:
            return "$timeFilter"
        return f"time >= ${{__from}}ms - {back_s:.0f}s AND time <= ${{__to}}ms"

    def chosen(self, condition: Condition) -> str:
        """Return a regular expression; Grafana puts alternatives between parentheses."""
        sign = "!~" if condition.negated else "=~"
        return f"{quoted(condition.name)} {sign} /^${{{condition.variable}:regex}}$/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person has chosen.

    Attributes:
        from_ms: Beginning of the time range.
        to_ms: End of it, inclusive.
        interval_ms: Length of the intervals of a query over time.
        tier: Which windows are read, a key of `dashboards.model.tiers.TIERS_S`.
        variables: Values chosen for each variable; one without values stands for all.
        buckets: Name of each database.
    """

    from_ms: int
    to_ms: int
    interval_ms: int
    tier: str
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    buckets: Mapping[Database, str] = field(default_factory=lambda: BUCKETS)

    def interval(self, source: Source) -> str:  # noqa: ARG002 - the same for all sources
        """Return the interval chosen."""
        return f"{self.interval_ms}ms"

    def database(self, source: Source) -> str:
        """Return the name of the database of a source."""
        return self.buckets[source.database]

    def measurement(self, source: Source) -> str:
        """Return the name of the measurement, of the tier chosen."""
        return f"{source.measurement}_{self.tier}" if source.tiered else source.measurement

    def time(self, back_s: float) -> str:
        """Return the range, as Grafana words it."""
        return f"time >= {self.from_ms - round(back_s * 1000)}ms AND time <= {self.to_ms}ms"

    def chosen(self, condition: Condition) -> str:
        """Return a condition for the values chosen for a variable; empty when all are."""
        values = self.variables.get(condition.variable, ())
        return among(replace(condition, values=values)) if values else ""

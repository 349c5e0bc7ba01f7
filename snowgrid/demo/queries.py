"""Questions to the demo's database, ready to paste."""

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Query:
    """A question that somebody may have.

    Attributes:
        kinds: Tables that it reads.
        question: In words.
        sql: In DuckDB's SQL.
    """

    kinds: frozenset[str]
    question: str
    sql: str


QUERIES = (
    Query(
        frozenset({"rack_sensor"}),
        "Which racks take in the warmest air?",
        """\
SELECT device, round(max(inlet_temperature_c), 1) AS inlet_c,
       round(avg(outlet_temperature_c - inlet_temperature_c), 1) AS rise_c
FROM rack_sensor GROUP BY device ORDER BY inlet_c DESC, device LIMIT 10;""",
    ),
    Query(
        frozenset({"smart_meter"}),
        "What load do the households make, minute by minute?",
        """\
SELECT ts AS minute, site, devices_count AS meters,
       round(active_power_w_sum / 1000) AS load_kw
FROM smart_meter_site_1m ORDER BY minute, site;""",
    ),
    Query(
        frozenset({"snow_gun"}),
        "Where is it cold enough to make snow, and who makes it?",
        """\
SELECT site, round(avg(wet_bulb_c), 1) AS wet_bulb_c,
       count(DISTINCT device) AS guns,
       count(DISTINCT device) FILTER (gun_state = 'producing') AS producing
FROM snow_gun GROUP BY site ORDER BY wet_bulb_c;""",
    ),
    Query(
        frozenset({"weather_station"}),
        "How does the weather differ from the valleys to the summits?",
        """\
SELECT site, device, round(avg(air_temperature_c), 1) AS air_c,
       round(avg(wind_speed_mps), 1) AS wind_mps, max(snow_depth_cm) AS snow_cm
FROM weather_station GROUP BY ALL ORDER BY site, device;""",
    ),
)


def queries_for(kinds: Iterable[str]) -> list[Query]:
    """Return three queries that the tables of these kinds can answer."""
    there = sorted(set(kinds))
    fitting = [query for query in QUERIES if query.kinds <= set(there)]
    general = [query for kind in there for query in _about_any(kind)]
    return (fitting + general)[:SHOWN]


def _about_any(kind: str) -> tuple[Query, ...]:
    """Return queries that make sense whatever the kind's fields are."""
    tables = frozenset({kind})
    return (
        Query(tables, f"What does each field of {kind} look like?", f"SUMMARIZE {kind};"),
        Query(
            tables,
            f"How often does each {kind} report?",
            f"SELECT site, device, count(*) AS readings, max(ts) AS latest\n"
            f"FROM {kind} GROUP BY ALL ORDER BY readings DESC LIMIT 10;",
        ),
        Query(
            tables,
            f"What came in last from {kind}?",
            f"SELECT * FROM {kind} ORDER BY ts DESC LIMIT 10;",  # noqa: S608 - a kind's name
        ),
    )

"""Questions about the service itself: its figures in the store."""

from dashboards.asking.subject import summed
from dashboards.model.query import Column, Database, Function, Query, Source

SERVICE = Source(
    database=Database.RAW, measurement="snowgrid_service", tiered=False, spacing_s=10.0
)

REASONS = (
    "topic",
    "kind",
    "registry",
    "size",
    "json",
    "schema",
    "range",
    "future",
    "stale",
    "refused",
)
"""Why readings become dead letters: at the door, or because the store refused them."""

FIGURES = frozenset(
    {
        *(
            f"{what}_{fate}"
            for what in ("messages", "readings")
            for fate in ("received", "committed", "rejected", "skipped", "in_flight")
        ),
        *(f"rejected_{reason}" for reason in REASONS),
        "readings_stored",
        "readings_refused",
        "readings_lost",
        "readings_waiting",
        "waiting_bytes",
        "dead_letter_bytes",
        "unknown_fields",
        "lost_upstream",
        "devices",
        "lag_s",
        "connected",
        "alerts_firing",
        "rollup_spans_waiting",
        "rollup_spans_repaired",
    }
)
"""Counts since the start of the service, or levels."""


def level(*names: str, function: Function = Function.LAST) -> Query:
    """Ask for figures of each instance over time, as they stand.

    Args:
        names: Of figures.
        function: How those of an interval become one.
    """
    return Query(source=SERVICE, columns=_columns(names, function), by=("instance",))


def total(*names: str) -> Query:
    """Ask for figures over time, of all instances together."""
    return summed(level(*names))


def rate(*names: str) -> Query:
    """Ask how fast figures that count up grow, in a second, of all instances together."""
    return summed(level(*names, function=Function.RATE))


def growth(*names: str) -> Query:
    """Ask by how much figures that count up have grown in the whole range."""
    inner = level(*names, function=Function.GROWTH)
    columns = _columns(names, Function.SUM)
    return Query(source=SERVICE, columns=columns, over_time=False, inner=inner)


def _columns(names: tuple[str, ...], function: Function) -> tuple[Column, ...]:
    for name in names:
        if name not in FIGURES:
            raise ValueError(f"the service keeps no figure {name!r}: {', '.join(sorted(FIGURES))}")
    return tuple(Column(field=name, function=function, name=name) for name in names)

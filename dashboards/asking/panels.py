"""Panels in their usual sizes."""

from typing import TypedDict, Unpack

from dashboards.model.look import Look
from dashboards.model.panel import Link, Panel, PromTarget, Shape, Target
from dashboards.model.query import Query

FULL, HALF, THIRD, QUARTER, SIXTH = 24, 12, 8, 6, 4
"""Widths, in 24ths."""

Headings = tuple[tuple[str, str], ...]

PERCENTILES: Headings = (
    ("p05", "5 % are below"),
    ("p50", "half are below"),
    ("p95", "95 % are below"),
)
"""What the columns of percentiles over devices are called."""


class Options(TypedDict, total=False):
    """What may be said of a panel besides; see `Panel`."""

    look: Look
    looks: tuple[tuple[str, Look], ...]
    headings: Headings
    sorted_by: tuple[str, ...]
    width: int
    height: int
    link: Link | None
    shift_s: float


def line(query: Query, legend: str = "{column}") -> Target:
    """Return a target; the legend may hold `{tag}` and `{column}`."""
    return Target(query=query, legend=legend)


def lines(
    title: str, description: str, *targets: Target | PromTarget, **options: Unpack[Options]
) -> Panel:
    """Return lines over time."""
    return _asking(Shape.TIME_SERIES, title, description, *targets, **options)


def areas(
    title: str, description: str, *targets: Target | PromTarget, **options: Unpack[Options]
) -> Panel:
    """Return areas over time that stand on one another, so that their top is the whole."""
    return Panel(
        shape=Shape.TIME_SERIES,
        title=title,
        description=description,
        targets=_of_store(targets),
        prom_targets=_of_prometheus(targets),
        stacked=True,
        filled=True,
        **options,
    )


def stat(
    title: str, description: str, *targets: Target | PromTarget, **options: Unpack[Options]
) -> Panel:
    """Return a number, the latest of what is asked."""
    options.setdefault("width", SIXTH)
    options.setdefault("height", 4)
    return _asking(Shape.STAT, title, description, *targets, **options)


def ranking(title: str, description: str, target: Target, **options: Unpack[Options]) -> Panel:
    """Return horizontal bars, as many as the query keeps."""
    return _asking(Shape.BAR_GAUGE, title, description, target, **options)


def timeline(title: str, description: str, *targets: Target, **options: Unpack[Options]) -> Panel:
    """Return the states of things over time, a row a thing."""
    options.setdefault("width", HALF)
    return _asking(Shape.STATE_TIMELINE, title, description, *targets, **options)


def heat_map(title: str, description: str, target: Target, **options: Unpack[Options]) -> Panel:
    """Return a row a thing and a column a moment, coloured by value."""
    options.setdefault("width", FULL)
    options.setdefault("height", 20)
    return _asking(Shape.HEAT_MAP, title, description, target, **options)


def table(title: str, description: str, *targets: Target, **options: Unpack[Options]) -> Panel:
    """Return rows: one a series, or one a moment where the query keeps moments."""
    options.setdefault("width", FULL)
    return _asking(Shape.TABLE, title, description, *targets, **options)


def text(title: str, description: str, markdown: str, *, height: int = 3) -> Panel:
    """Return words."""
    return Panel(
        shape=Shape.TEXT,
        title=title,
        description=description,
        text=markdown,
        width=FULL,
        height=height,
    )


def _asking(
    shape: Shape,
    title: str,
    description: str,
    *targets: Target | PromTarget,
    **options: Unpack[Options],
) -> Panel:
    return Panel(
        shape=shape,
        title=title,
        description=description,
        targets=_of_store(targets),
        prom_targets=_of_prometheus(targets),
        **options,
    )


def _of_store(targets: tuple[Target | PromTarget, ...]) -> tuple[Target, ...]:
    return tuple(each for each in targets if isinstance(each, Target))


def _of_prometheus(targets: tuple[Target | PromTarget, ...]) -> tuple[PromTarget, ...]:
    return tuple(each for each in targets if isinstance(each, PromTarget))

"""What a panel asks, in no database's language.

A query renders to InfluxQL for Grafana and to SQL for DuckDB. It asks for columns of one source,
over time or over the whole range at once, apart by tags or together.
"""

from dataclasses import dataclass
from enum import StrEnum

from dashboards.model.tiers import TIERS_S, tier_holding
from devices.schema import Kind


class Scope(StrEnum):
    """Which of a kind's measurements."""

    RAW = "raw"  # `{kind}`: every reading
    DEVICE = "device"  # `{kind}_1m`, `_15m`, `_1h`: a row for each device and window
    SITE = "site"  # `{kind}_site_1m` …: a row for each site and window


class Database(StrEnum):
    """Where a measurement is kept."""

    RAW = "raw"
    ROLLUP = "rollup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A measurement, or a family of them that differ by the length of their windows.

    Attributes:
        database: Where it is kept.
        measurement: Its name, without the tier where `tiered`.
        tiered: Whether `_{tier}` is appended, the tier following the length of the time range.
        spacing_s: How far apart the rows of a series are, where that is known; no interval of a
            panel may be shorter, or a line would be full of gaps. 0 where tiered, as tiers say it.
    """

    database: Database
    measurement: str
    tiered: bool
    spacing_s: float = 0.0


def source_of(kind: Kind, scope: Scope) -> Source:
    """Return the source of a kind's readings or rollups.

    Rollups of kinds that report less often than the shortest windows close are read by windows of
    one length that hold a reading of every device: in shorter ones, a site's sum would be that of
    the few devices that happened to report.
    """
    if scope is Scope.RAW:
        return Source(
            database=Database.RAW,
            measurement=kind.name,
            tiered=False,
            spacing_s=kind.interval_s,
        )
    measurement = f"{kind.name}_site" if scope is Scope.SITE else kind.name
    tier = tier_holding(kind.interval_s)
    if tier == next(iter(TIERS_S)):
        return Source(database=Database.ROLLUP, measurement=measurement, tiered=True)
    return window_source(measurement, tier)


def window_source(measurement: str, tier: str) -> Source:
    """Return the source of rollups in windows of one length, whatever the time range."""
    return Source(
        database=Database.ROLLUP,
        measurement=f"{measurement}_{tier}",
        tiered=False,
        spacing_s=TIERS_S[tier],
    )


class Function(StrEnum):
    """How the values of a column become one.

    `RATE` and `GROWTH` compare the greatest value of an interval with that of the one before; a
    fall is a restart of what counts, and gives no row.
    """

    MEAN = "mean"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    FIRST = "first"
    LAST = "last"
    COUNT = "count"
    RATE = "rate"  # of a figure that counts up: growth in a second; over time only
    GROWTH = "growth"  # of such a figure: growth since the interval before; over time only
    EVERY = ""  # no aggregation: each value as it stands


_GROWING = frozenset({Function.RATE, Function.GROWTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the answer.

    Attributes:
        field: Of the source; of the inner query where there is one. With `EVERY`, a tag as well.
        function: See `Function`; all columns of a query aggregate, or none.
        name: What it is called in the answer: `[a-z][a-z0-9_]*`.
        factor: What each result is multiplied with.
        divided_by: Another field whose aggregate, with the same function, divides this one.
    """

    field: str
    function: Function
    name: str
    factor: float = 1.0
    divided_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Keeps the rows whose tag, or text field, is one of some values.

    Attributes:
        name: Of the tag or text field.
        variable: Name of the board's variable that holds the values; empty where `values` do.
        values: The values.
        negated: Keep all others instead.
    """

    name: str
    variable: str = ""
    values: tuple[str, ...] = ()
    negated: bool = False


class Fill(StrEnum):
    """What stands for a stretch of time without rows; a gap must look like a gap."""

    NONE = "none"  # nothing, the line is broken where it is long
    NULL = "null"
    PREVIOUS = "previous"
    ZERO = "0"


_FILLING = frozenset({Fill.PREVIOUS, Fill.ZERO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A question of a panel.

    Attributes:
        source: What is asked.
        columns: What is wanted, at least one.
        where: Conditions, all of which hold.
        by: Tags that keep series apart, in the order of the legend.
        over_time: A row for each interval of the panel; else one row for the whole range. Where
            nothing aggregates, it is over time: each row with its own.
        fill: See `Fill`; matters over time only.
        inner: A query whose answer is asked in place of `source`, to aggregate twice: the sum over
            sites of each site's mean. It must be `over_time` if this one is.
        most: Keep so many rows, those with the greatest first column; 0 keeps all. Only for
            queries that are not over time.
        least: Keep the smallest instead of the greatest.
        newest: Keep so many of the latest rows, of each series apart by tags; 0 keeps all. Only
            where nothing aggregates, and each row keeps its time. The first column is a field
            that every row has.
        back_s: Begins so much earlier than the time range, for what is told only when it changes:
            an alert that began yesterday still fires.
    """

    source: Source
    columns: tuple[Column, ...]
    where: tuple[Condition, ...] = ()
    by: tuple[str, ...] = ()
    over_time: bool = True
    fill: Fill = Fill.NULL
    inner: "Query | None" = None
    most: int = 0
    least: bool = False
    newest: int = 0
    back_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.columns:
            raise ValueError("a query wants at least one column")
        if len({column.function is Function.EVERY for column in self.columns}) > 1:
            raise ValueError("either all columns of a query aggregate, or none")
        if self.inner and self.over_time and not self.inner.over_time:
            raise ValueError("a query over time cannot ask one that is not")
        if self.columns[0].function is Function.EVERY and not self.over_time:
            raise ValueError("a query that does not aggregate is over time")
        if self.newest and self.columns[0].function is not Function.EVERY:
            raise ValueError("the newest rows can be kept of a query that does not aggregate only")
        if self.inner and self.inner.newest > 1:
            raise ValueError("of an inner query, one newest row of each series can be kept")
        if not self.over_time and _grows(self):
            raise ValueError("growth is between intervals: such a query is over time")
        _check_fill(self)
        if self.most and self.over_time:
            raise ValueError("the greatest rows can be kept of a query over the whole range only")


def _check_fill(query: Query) -> None:
    """Refuse to fill what InfluxQL fills before it is done, with wrong numbers."""
    if _grows(query) and query.fill in _FILLING:
        raise ValueError("growth cannot be filled: what counts would fall and rise again")
    if query.inner and query.inner.fill in _FILLING:
        raise ValueError("an inner query cannot be filled: its rows would come out of order")


def _grows(query: Query) -> bool:
    return any(column.function in _GROWING for column in query.columns)

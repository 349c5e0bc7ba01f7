"""Renders questions as SQL of DuckDB, so that it answers like InfluxQL.

Intervals are aligned to the epoch, as InfluxQL's are. Those without rows are left to `grid`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dashboards.model.query import Condition, Query, Source
from dashboards.model.tiers import MOST_POINTS
from dashboards.model.variable import Variable
from dashboards.readers.base import SHORTEST, Choices, Span
from dashboards.readers.duckdb_columns import (
    GROWING,
    TIME,
    Types,
    grown,
    quoted,
    tag_of,
    value_of,
    word_or_number,
)
from dashboards.readers.grid import aggregates

Tables = Mapping[str, Types]
"""The columns that there are, by table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """SQL, and the values of its named parameters.

    The answer has the time in Unix milliseconds where the question is over time, then its tags,
    then its columns.
    """

    sql: str
    values: Mapping[str, object]


def statement_of(query: Query, span: Span, choices: Choices, tables: Tables) -> Statement:
    """Render a question; see `Reader.read`.

    Args:
        query: What is asked; its innermost source is among `tables`.
        span: When.
        choices: Values of the board's variables.
        tables: What there is.
    """
    rendering = _Rendering(span=span, choices=choices, tables=tables)
    rows = rendering.rows(query)
    time = [f"epoch_ms({TIME})"] if query.over_time else []
    names = map(quoted, (*query.by, *(column.name for column in query.columns)))
    sql = _select([*time, *names], f"({rows})", rest=_order(query))
    return Statement(sql=sql, values=rendering.values)


def statement_of_values(variable: Variable, choices: Choices, tables: Tables) -> Statement:
    """Render the question for a variable's values, which come in one column.

    Args:
        variable: One with a source that is among `tables`.
        choices: Values of the variables before it.
        tables: What there is.
    """
    rendering = _Rendering(span=SHORTEST, choices=choices, tables=tables)
    ((table, types),) = tables.items()
    tag = tag_of(variable.tag, types)
    where = rendering.conditions(variable.where, types)
    sql = _select([f"DISTINCT {tag}"], quoted(table), where, "ORDER BY 1")
    return Statement(sql=sql, values=rendering.values)


def table_of(source: Source, span: Span) -> str:
    """Return the name of a source's table, of the tier that suits the span."""
    return f"{source.measurement}_{span.tier}" if source.tiered else source.measurement


def innermost(query: Query) -> Source:
    """Return the source that is asked in the end."""
    return innermost(query.inner) if query.inner else query.source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendering:
    """Renders one statement, collecting the values of its parameters."""

    span: Span
    choices: Choices
    tables: Tables
    values: dict[str, object] = field(default_factory=dict)

    def rows(self, query: Query, *, nested: bool = False) -> str:
        """Render a question as a relation that has its tags, its columns and perhaps the time."""
        source, types = self._source(query)
        where = self.conditions(query.where, types)
        if not query.inner:
            where += self._times(query, nested=nested)
        if not aggregates(query):
            return _as_they_stand(query, source, types, where, nested=nested)
        grouped = self._grouped(query, source, types, where)
        if not _grows(query):
            return grouped
        growth = _growth(query, grouped)
        if nested:
            return growth
        begun = f"{TIME} >= {self._moment(self._from_ms(query))}"
        return _select(["*"], f"({growth})", [begun])

    def conditions(self, wanted: Iterable[Condition], types: Types) -> list[str]:
        """Render those conditions that exclude anything."""
        return [*filter(None, (self._condition(each, types) for each in wanted))]

    def _source(self, query: Query) -> tuple[str, Types]:
        inner = query.inner
        if inner is None:
            table = table_of(query.source, self.span)
            return quoted(table), self.tables[table]
        names = [*inner.by, *(column.name for column in inner.columns)]
        types = dict.fromkeys([*names, TIME] if inner.over_time else names, "")
        return f"({self.rows(inner, nested=True)})", types

    def _condition(self, condition: Condition, types: Types) -> str:
        values = condition.values
        if condition.variable:
            values = self.choices.get(condition.variable, ())
            if not values:
                return ""
        negation = "NOT " if condition.negated else ""
        bound = _listed(map(self._bound, values))
        return f"{tag_of(condition.name, types)} {negation}IN ({bound})"

    def _times(self, query: Query, *, nested: bool) -> list[str]:
        from_ms = self._from_ms(query)
        if _grows(query) and not nested:
            from_ms -= self.span.interval_ms  # the first growth is since the interval before
        return [
            f"{TIME} >= {self._moment(from_ms)}",
            f"{TIME} < {self._moment(self.span.to_ms)}",
        ]

    def _from_ms(self, query: Query) -> int:
        return self.span.from_ms - round(query.back_s * 1_000)

    def _grouped(self, query: Query, source: str, types: Types, where: list[str]) -> str:
        width = f"INTERVAL {self.span.interval_ms} MILLISECONDS"
        bucket = f"time_bucket({width}, {TIME}, TIMESTAMP '1970-01-01') AS {TIME}"
        groups = [bucket] if query.over_time else []
        groups += [f"{tag_of(tag, types)} AS {quoted(tag)}" for tag in query.by]
        columns = [
            f"{value_of(column, types)} AS {quoted(column.name)}" for column in query.columns
        ]
        places = _listed(str(place) for place, _ in enumerate(groups, start=1))
        grouping = f"GROUP BY {places}" if places else ""
        return _select([*groups, *columns], source, where, grouping)

    def _moment(self, ms: int) -> str:
        return f"make_timestamp_ms({self._bound(ms)})"

    def _bound(self, value: object) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def _grows(query: Query) -> bool:
    return any(column.function in GROWING for column in query.columns)


def _as_they_stand(
    query: Query, source: str, types: Types, where: list[str], *, nested: bool
) -> str:
    tags = [f"{tag_of(tag, types)} AS {quoted(tag)}" for tag in query.by]
    fields = [word_or_number(column.field, types) for column in query.columns]
    named = zip(fields, query.columns, strict=True)
    columns = [f"{each} AS {quoted(column.name)}" for each, column in named]
    asked = fields[:1] if query.newest == 1 else fields
    there = " OR ".join(f"{each} IS NOT NULL" for each in asked)
    most = query.newest or (0 if nested else MOST_POINTS)
    newest = f"QUALIFY row_number() OVER ({_apart(query)}ORDER BY {TIME} DESC) <= {most}"
    return _select([TIME, *tags, *columns], source, [*where, f"({there})"], newest if most else "")


def _growth(query: Query, grouped: str) -> str:
    columns = [f"{grown(column)} AS {quoted(column.name)}" for column in query.columns]
    window = f"WINDOW before AS ({_apart(query)}ORDER BY {TIME})"
    return _select([TIME, *map(quoted, query.by), *columns], f"({grouped})", rest=window)


def _apart(query: Query) -> str:
    return f"PARTITION BY {_listed(map(quoted, query.by))} " if query.by else ""


def _order(query: Query) -> str:
    by = [quoted(tag) for tag in query.by]
    if query.most:
        first = quoted(query.columns[0].name)
        direction = "ASC" if query.least else "DESC"
        ranked = _listed([f"{first} {direction}", *by])
        return f"WHERE {first} IS NOT NULL ORDER BY {ranked} LIMIT {query.most}"
    if query.over_time:
        by.append(f"{TIME} DESC" if query.newest else TIME)
    return f"ORDER BY {_listed(by)}" if by else ""


def _select(columns: Iterable[str], source: str, where: Iterable[str] = (), rest: str = "") -> str:
    conditions = " AND ".join(where)
    parts = (
        f"SELECT {_listed(columns)} FROM {source}",  # noqa: S608 - names are quoted, values bound
        f"WHERE {conditions}" if conditions else "",
        rest,
    )
    return " ".join(filter(None, parts))


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)

"""Renders questions as InfluxQL; what stands for times, choices and intervals is a `Wording`.

InfluxQL of 1.6 and later. It cannot order by value, so the greatest rows are taken by `top()` from
an inner query, in no order; their tags are columns then, and not tags of series. The newest row of
each series is taken by `last()` of the first column, which brings the others along.
"""

from dataclasses import replace
from typing import Protocol

from dashboards.model.query import Column, Condition, Function, Query, Source
from dashboards.model.tiers import TIERS_S
from dashboards.model.variable import Variable


class Wording(Protocol):
    """What stands in a statement for that which is chosen later, or has been chosen."""

    def interval(self, source: Source) -> str:
        """Return the length of the intervals of a query over time, as `10s` or a macro."""
        ...

    def database(self, source: Source) -> str:
        """Return the name of the database of a source."""
        ...

    def measurement(self, source: Source) -> str:
        """Return the name of the measurement, of the right tier."""
        ...

    def time(self, back_s: float) -> str:
        """Return a condition for the time range, beginning so much earlier."""
        ...

    def chosen(self, condition: Condition) -> str:
        """Return a condition for the values chosen for a variable; empty when all are."""
        ...


def influxql(query: Query, wording: Wording, *, number: int = 0, number_as: str = "") -> str:
    """Render a question as one `SELECT`.

    The answer has `time`, a column for each of the query's (for `most`: and for each of its tags),
    and a series for each combination of tags.

    Args:
        query: That aggregates, where it is numbered.
        wording: What stands for times and choices.
        number: Constant of one more column.
        number_as: Name of that column; without it there is none.
    """
    if query.most:
        return _most(query, wording)
    numbers = [_constant(query, number, number_as)] if number_as else []
    parts = [
        f"SELECT {', '.join([*_columns(query), *numbers])}",
        f"FROM {_asked(query, wording)}",
        f"WHERE {' AND '.join(_conditions(query, wording))}",
        _grouping(query, wording),
        f"ORDER BY time DESC LIMIT {query.newest}" if query.newest > 1 else "",
    ]
    return " ".join(filter(None, parts))


def influxql_of_values(variable: Variable, wording: Wording) -> str:
    """Render the question for the values that a variable offers, whatever the time range.

    Raises:
        ValueError: Its values are fixed, so there is nothing to ask.
    """
    source = variable.source
    if source is None:
        raise ValueError(f"variable {variable.name!r} has fixed values, no source to ask")
    tier = f"_{next(iter(TIERS_S))}" if source.tiered else ""
    # SHOW knows no qualified measurements, and no time range.
    parts = [
        f"SHOW TAG VALUES ON {quoted(wording.database(source))}",
        f"FROM {quoted(source.measurement + tier)}",
        f"WITH KEY = {quoted(variable.tag)}",
    ]
    conditions = [*filter(None, (_condition(each, wording) for each in variable.where))]
    if conditions:
        parts.append(f"WHERE {' AND '.join(conditions)}")
    return " ".join(parts)


def quoted(name: str) -> str:
    """Return an identifier in quotes."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def text(value: str) -> str:
    """Return a text literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def qualified(source: Source, wording: Wording) -> str:
    """Return a measurement together with its database, whose default retention policy is meant."""
    return f"{quoted(wording.database(source))}..{quoted(wording.measurement(source))}"


def among(condition: Condition) -> str:
    """Return a condition that a tag or text is, or is not, one of given values."""
    sign, junction = ("!=", " AND ") if condition.negated else ("=", " OR ")
    tests = [f"{quoted(condition.name)} {sign} {text(value)}" for value in condition.values]
    return tests[0] if len(tests) == 1 else f"({junction.join(tests)})"


def _most(query: Query, wording: Wording) -> str:
    inner = influxql(replace(query, most=0), wording)
    first, *others = (quoted(column.name) for column in query.columns)
    function = "bottom" if query.least else "top"
    columns = [f"{function}({first}, {query.most}) AS {first}", *others, *map(quoted, query.by)]
    parts = [
        f"SELECT {', '.join(columns)}",
        f"FROM ({inner})",
        f"WHERE {wording.time(query.back_s)}",
    ]
    return " ".join(parts)


def _columns(query: Query) -> list[str]:
    rendered = [_column(column) for column in query.columns]
    if query.newest == 1:
        first = query.columns[0]
        rendered[0] = f"last({quoted(first.field)}) AS {quoted(first.name)}"
    return rendered


def _column(column: Column) -> str:
    value = _aggregate(column.function, column.field)
    if value == quoted(column.name):
        return value
    if column.divided_by:
        value = f"{value} / {_aggregate(column.function, column.divided_by)}"
    if column.factor != 1:
        value = f"{value} * {column.factor!r}"
    return f"{value} AS {quoted(column.name)}"


def _constant(query: Query, number: int, name: str) -> str:
    """Return a column with the same number in every row, made from a column that has numbers."""
    first = query.columns[0]
    return f"{_aggregate(first.function, first.field)} * 0 + {number} AS {quoted(name)}"


def _aggregate(function: Function, field: str) -> str:
    match function:
        case Function.EVERY:
            return quoted(field)
        case Function.RATE:
            return f"non_negative_derivative(max({quoted(field)}), 1s)"
        case Function.GROWTH:
            return f"non_negative_difference(max({quoted(field)}))"
        case _:
            return f"{function.value}({quoted(field)})"


def _asked(query: Query, wording: Wording) -> str:
    if query.inner:
        return f"({influxql(query.inner, wording)})"
    return qualified(query.source, wording)


def _conditions(query: Query, wording: Wording) -> list[str]:
    chosen = [_condition(each, wording) for each in query.where]
    return [*filter(None, chosen), wording.time(query.back_s)]


def _condition(condition: Condition, wording: Wording) -> str:
    return wording.chosen(condition) if condition.variable else among(condition)


def _grouping(query: Query, wording: Wording) -> str:
    aggregates = query.columns[0].function is not Function.EVERY
    buckets = [f"time({wording.interval(query.source)})"] if query.over_time and aggregates else []
    groups = [*buckets, *map(quoted, query.by)]
    if not groups:
        return ""
    return f"GROUP BY {', '.join(groups)}" + (f" fill({query.fill.value})" if buckets else "")

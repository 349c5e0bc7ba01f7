"""The intervals of a question over time, and what stands for those without rows."""

from collections.abc import Sequence
from dataclasses import replace

from dashboards.model.query import Column, Fill, Function, Query
from dashboards.readers.base import Series, Span, Value


def aligned(query: Query, span: Span) -> Span:
    """Return the span with all of its first interval, where the question has intervals."""
    return replace(span, from_ms=_floor(span.from_ms, span)) if _has_intervals(query) else span


def laid_out(query: Query, series: Series, span: Span) -> Series | None:
    """Return a series with a row for each interval, or None if all of its values are absent.

    Args:
        query: What was asked.
        series: The answer, with rows where there is something, or more.
        span: When, aligned.
    """
    if all(value is None for column in series.columns.values() for value in column):
        return None
    if series.times_ms is None or not aggregates(query):
        return series
    there = _rows_with_values(series)
    if query.fill is Fill.NONE:
        return _picked(series, [*there.values()], [*there])
    from_ms = _floor(span.from_ms - round(query.back_s * 1_000), span)
    times_ms = [*range(from_ms, span.to_ms, span.interval_ms)]
    spread = _picked(series, [there.get(ms) for ms in times_ms], times_ms)
    return replace(
        spread,
        columns={
            column.name: _filled(spread.columns[column.name], column, query.fill)
            for column in query.columns
        },
    )


def aggregates(query: Query) -> bool:
    """Return whether a question puts rows together."""
    return query.columns[0].function is not Function.EVERY


def _has_intervals(query: Query) -> bool:
    over_time = query.over_time and aggregates(query)
    return over_time or (query.inner is not None and _has_intervals(query.inner))


def _floor(ms: int, span: Span) -> int:
    return ms - ms % span.interval_ms


def _rows_with_values(series: Series) -> dict[int, int]:
    """Return the place of each row that has a value, by its time."""
    rows = zip(*series.columns.values(), strict=True)
    return {
        ms: place
        for place, (ms, row) in enumerate(zip(series.times_ms or (), rows, strict=True))
        if any(value is not None for value in row)
    }


def _picked(series: Series, places: Sequence[int | None], times_ms: list[int]) -> Series:
    columns = {
        name: [None if place is None else values[place] for place in places]
        for name, values in series.columns.items()
    }
    return replace(series, columns=columns, times_ms=times_ms)


def _filled(values: list[Value], column: Column, fill: Fill) -> list[Value]:
    if fill is Fill.PREVIOUS:
        return _carried(values)
    counts = column.function is Function.COUNT
    if fill is Fill.ZERO or counts:
        return [0.0 if value is None else value for value in values]
    return values


def _carried(values: list[Value]) -> list[Value]:
    carried: list[Value] = []
    for value in values:
        carried.append(value if value is not None or not carried else carried[-1])
    return carried

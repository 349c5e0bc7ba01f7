"""What InfluxDB answers to a question, as series."""

from collections.abc import Iterable, Iterator

import msgspec

from dashboards.model.query import Query
from dashboards.readers.base import Series, Value
from dashboards.readers.grid import aggregates

Cell = float | str | bool | None


class Rows(msgspec.Struct):
    """Rows of one set of tags.

    Attributes:
        columns: Their names; where rows were selected, the first is `time`, Unix milliseconds.
        values: The rows.
        tags: Those that keep them apart.
    """

    columns: list[str]
    values: list[list[Cell]] = []
    tags: dict[str, str] = {}


class Result(msgspec.Struct):
    """What a statement gave."""

    series: list[Rows] = []
    error: str = ""


class Answer(msgspec.Struct):
    """The whole of it."""

    results: list[Result] = []
    error: str = ""

    @property
    def rows(self) -> list[Rows]:
        """Those of all statements."""
        return [rows for result in self.results for rows in result.series]

    @property
    def complaint(self) -> str:
        """What the database said against it, or an empty string."""
        return self.error or "; ".join(filter(None, (result.error for result in self.results)))


def series_of(query: Query, answer: Answer) -> list[Series]:
    """Return the series of an answer; see `Reader.read` for their order."""
    if query.most:
        return _ranked(query, answer.rows)
    series = [_series(query, rows) for rows in answer.rows]
    return sorted(series, key=lambda each: [*each.tags.values()])


def texts_of(answer: Answer) -> list[str]:
    """Return the values of a tag, in order."""
    return sorted({str(row[-1]) for rows in answer.rows for row in rows.values})


def _series(query: Query, rows: Rows) -> Series:
    if not aggregates(query) and not query.newest:
        rows.values.reverse()  # the newest were asked for, so they came first
    columns = dict(zip(rows.columns, _transposed(rows), strict=True))
    return Series(
        tags={tag: rows.tags.get(tag, "") for tag in query.by},
        columns={column.name: columns[column.name] for column in query.columns},
        times_ms=[int(float(ms or 0)) for ms in columns["time"]] if query.over_time else None,
    )


def _ranked(query: Query, found: Iterable[Rows]) -> list[Series]:
    """Put the greatest in order, which come in none, with their tags as columns."""
    series = [one for rows in found for one in _one_by_one(query, rows)]
    first = query.columns[0].name
    sign = 1 if query.least else -1
    return sorted(
        series, key=lambda each: (sign * float(each.columns[first][0] or 0), [*each.tags.values()])
    )


def _one_by_one(query: Query, rows: Rows) -> Iterator[Series]:
    for row in rows.values:
        values = dict(zip(rows.columns, map(_value, row), strict=True))
        yield Series(
            tags={tag: str(values[tag] or "") for tag in query.by},
            columns={column.name: [values[column.name]] for column in query.columns},
        )


def _transposed(rows: Rows) -> list[list[Value]]:
    return [[*map(_value, column)] for column in zip(*rows.values, strict=True)]


def _value(cell: Cell) -> Value:
    return ("false", "true")[cell] if isinstance(cell, bool) else cell

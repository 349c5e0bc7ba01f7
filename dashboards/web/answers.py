"""What the store answered, as the browser gets it."""

from collections.abc import Iterable

from dashboards.asking import alerts
from dashboards.model.board import Board
from dashboards.model.panel import Panel, Target
from dashboards.model.query import Condition
from dashboards.readers.base import Reader, Series, Span, Value
from dashboards.readers.panels import PanelAnswer, View

MOST_MARKS = 200
"""Alerts on the time axis; more would hide what they mark."""

Json = dict[str, object]


def answered(panel: Panel, answer: PanelAnswer) -> Json:
    """Return what a panel shows, ready for JSON."""
    headings = dict(panel.headings)
    pairs = zip(panel.targets, answer.targets, strict=True)
    return {
        "targets": [
            {
                "series": [_series(target, each, headings) for each in read.series],
                "left_out": read.left_out,
            }
            for target, read in pairs
        ],
        "interval_ms": answer.interval_ms,
        "tier": answer.tier,
    }


async def marks(board: Board, view: View, reader: Reader) -> list[dict[str, Value]]:
    """Return the beginnings and ends of alerts that a board marks on its time axis.

    Raises:
        CannotRead: The store does not answer.
    """
    if not board.alerts:
        return []
    chosen = (variable.name for variable in board.variables if variable.name in alerts.TAGS)
    where = tuple(Condition(name=name, variable=name) for name in chosen)
    span = Span(from_ms=view.from_ms, to_ms=view.to_ms, interval_ms=view.to_ms - view.from_ms)
    found = await reader.read(alerts.history(MOST_MARKS, where), span, view.choices)
    return [row for series in found for row in _rows(series)]


def _series(target: Target, series: Series, headings: dict[str, str]) -> Json:
    names = {
        column: _legend(target.legend, series, headings.get(column, column))
        for column in series.columns
    }
    return {
        "name": next(iter(names.values())),
        "names": names,
        "tags": series.tags,
        "columns": series.columns,
        "times_ms": series.times_ms,
    }


def _legend(legend: str, series: Series, column: str) -> str:
    for tag, value in (*series.tags.items(), ("column", column)):
        legend = legend.replace(f"{{{tag}}}", value)
    return legend


def _rows(series: Series) -> Iterable[dict[str, Value]]:
    names = ("time_ms", *series.columns)
    for row in zip(series.times_ms or (), *series.columns.values(), strict=True):
        yield dict(zip(names, row, strict=True))

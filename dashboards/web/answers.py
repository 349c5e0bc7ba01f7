"""What the store answered, as the browser gets it."""

import asyncio

from dashboards.asking import alerts
from dashboards.model.board import Board
from dashboards.model.panel import Panel, Target
from dashboards.model.query import Condition
from dashboards.readers.base import Reader, Series, Span, Value
from dashboards.readers.intervals import interval_ms
from dashboards.readers.panels import PanelAnswer, View
from devices.schema import Severity

MARKS_PX = 240
"""Width that alerts on the time axis are counted for; finer, they would hide one another."""

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
    """Return how many alerts began when, by severity, as a board marks them on its time axis.

    Raises:
        CannotRead: The store does not answer.
    """
    if not board.alerts:
        return []
    chosen = (variable.name for variable in board.variables if variable.name in alerts.TAGS)
    where = tuple(Condition(name=name, variable=name) for name in chosen)
    queries = [alerts.begun_over_time((), (*where, _of(severity))) for severity in Severity]
    interval = interval_ms(queries, view.to_ms - view.from_ms, MARKS_PX)
    span = Span(from_ms=view.from_ms, to_ms=view.to_ms, interval_ms=interval)
    found = await asyncio.gather(*(reader.read(query, span, view.choices) for query in queries))
    return [
        {"time_ms": time_ms, "severity": severity.value, "alerts": count}
        for severity, answer in zip(Severity, found, strict=True)
        for series in answer
        for time_ms, count in zip(series.times_ms or (), series.columns["alerts"], strict=True)
        if count
    ]


def _of(severity: Severity) -> Condition:
    return Condition(name="severity", values=(severity.value,))


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

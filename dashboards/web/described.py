"""Boards as the browser gets them: plain values, nothing of how they are read."""

from collections.abc import Iterable

from dashboards.model.board import Board, Placed, laid_out
from dashboards.model.look import SERIES_COLOURS, SEVERITY_COLOURS
from dashboards.model.panel import Panel, Target
from dashboards.model.variable import Variable

Json = dict[str, object]


def described(boards: Iterable[Board], now_ms: int) -> Json:
    """Return all boards that a browser can draw, with the palette, ready for JSON."""
    return {
        "boards": [_board(board) for board in boards],
        "now_ms": now_ms,
        "palette": {
            "series": SERIES_COLOURS,
            "severities": {severity.value: colour for severity, colour in SEVERITY_COLOURS.items()},
        },
    }


def panel_ids(board: Board) -> dict[str, Panel]:
    """Return a board's panels by what the browser calls them: their number, from 1."""
    return {str(number): panel for number, panel in enumerate(board.panels, start=1)}


def _board(board: Board) -> Json:
    ids = {id(panel): number for number, panel in panel_ids(board).items()}
    return {
        "uid": board.uid,
        "title": board.title,
        "question": board.question,
        "up": board.up,
        "hours": board.hours,
        "refresh_s": board.refresh_s,
        "alerts": board.alerts,
        "listed": board.listed,
        "variables": [_variable(variable) for variable in board.variables],
        "items": [_item(placed, ids) for placed in laid_out(board)],
    }


def _variable(variable: Variable) -> Json:
    return {
        "name": variable.name,
        "label": variable.label,
        "several": variable.several,
        "fixed": variable.fixed,
        "needs": sorted({condition.variable for condition in variable.where} - {""}),
    }


def _item(placed: Placed, ids: dict[int, str]) -> Json:
    if placed.panel is None:
        return {"place": placed.place, "section": placed.section and placed.section.title}
    return {"place": placed.place, "id": ids[id(placed.panel)], "panel": _panel(placed.panel)}


def _panel(panel: Panel) -> Json:
    link = panel.link
    return {
        "shape": panel.shape,
        "title": panel.title,
        "description": panel.description,
        "look": panel.look,
        "looks": dict(panel.looks),
        "headings": dict(panel.headings),
        "sorted_by": panel.sorted_by,
        "stacked": panel.stacked,
        "filled": panel.filled,
        "link": link
        and {"board": link.board, "title": link.title, "variables": dict(link.variables)},
        "text": panel.text,
        "shift_s": panel.shift_s,
        "targets": [_target(target) for target in panel.targets],
    }


def _target(target: Target) -> Json:
    query = target.query
    return {
        "legend": target.legend,
        "columns": [{"name": column.name} for column in query.columns],
        "by": query.by,
        "over_time": query.over_time,
        "ranked": bool(query.most),
        "newest": query.newest,
    }

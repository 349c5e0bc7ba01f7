"""A board as a dashboard of Grafana's."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.annotations import annotations_of
from dashboards.grafana.links import LISTED_TAG, UNLISTED_TAG, board_links
from dashboards.grafana.panels import grid_pos, panel_of
from dashboards.grafana.variables import variables_of
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board, Place, laid_out
from dashboards.model.panel import COLUMNS

QUESTION = Place(x=0, y=0, width=COLUMNS, height=2)
"""Where a board says which question it answers, above all else."""


def dashboard_of(board: Board, titles: Mapping[str, str], macros: Macros) -> sdk.Dashboard:
    """Return a board as Grafana keeps it.

    Args:
        board: What is shown.
        titles: Of all boards, by uid.
        macros: Names the databases.
    """
    made = (
        build.Dashboard(f"Snowgrid: {board.title}")
        .uid(board.uid)
        .description(board.question)
        .tags([LISTED_TAG if board.listed else UNLISTED_TAG])
        .readonly()
        .timezone("browser")
        .time(f"now-{board.hours:g}h", "now")
        .refresh(f"{board.refresh_s}s")
        .tooltip(sdk.DashboardCursorSync.CROSSHAIR)
        .build()
    )
    made.links = board_links(board, titles)
    made.templating.list_val = variables_of(board, macros)
    made.annotations.list_val = annotations_of(board, macros)
    made.panels = [*_panels(board, macros)]
    return made


def json_of(made: sdk.Dashboard) -> str:
    """Return a dashboard as text, always the same for the same board."""
    return json.dumps(made, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _panels(board: Board, macros: Macros) -> Iterator[sdk.Panel | sdk.RowPanel]:
    yield _question(board)
    for number, placed in enumerate(laid_out(board), start=2):
        place = grid_pos(replace(placed.place, y=placed.place.y + QUESTION.height))
        if placed.section:
            yield sdk.RowPanel(title=placed.section.title, grid_pos=place, id_val=number)
        if placed.panel:
            panel = panel_of(board, placed.panel, macros)
            panel.id_val, panel.grid_pos = number, place
            yield panel


def _question(board: Board) -> sdk.Panel:
    return (
        texts.Panel()
        .id(1)
        .title("")
        .content(f"**{board.question}**")
        .transparent(transparent=True)
        .grid_pos(grid_pos(QUESTION))
        .build()
    )

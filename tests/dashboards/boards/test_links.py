"""Clicks lead to boards that are there, with values that the click has."""

from collections.abc import Iterator

import pytest

from dashboards.model.board import Board
from dashboards.model.panel import Link, Panel
from devices.registry import kinds
from tests.dashboards.boards.built import BOARDS, BY_UID, LISTED


def linked(board: Board) -> Iterator[tuple[Panel, Link, Board]]:
    for panel in board.panels:
        if panel.link:
            for kind in kinds():
                yield panel, panel.link, BY_UID[panel.link.board.format(kind=kind)]


def series_have(panel: Panel) -> set[str]:
    """Return what every series or row of a panel says of itself."""
    have = [
        {*target.query.by, *(column.name for column in target.query.columns)}
        for target in panel.targets
    ]
    return set.intersection(*have)


each_board = pytest.mark.parametrize("board", BOARDS, ids=[board.uid for board in BOARDS])


@each_board
def test_links_set_variables_of_the_board_that_they_lead_to(board: Board):
    for _, link, target in linked(board):
        assert {name for name, _ in link.variables} <= {each.name for each in target.variables}


@each_board
def test_links_take_their_values_from_the_series_that_is_clicked(board: Board):
    for panel, link, _ in linked(board):
        assert {value for _, value in link.variables} <= series_have(panel)
        if "{kind}" in link.board:
            assert "kind" in series_have(panel)


@pytest.mark.parametrize("board", LISTED[1:5], ids=lambda board: board.uid)
def test_the_region_leads_to_every_board_of_sites(board: Board):
    assert board.uid in {link.board for _, link, _ in linked(BY_UID["snowgrid-region"])}


def test_the_culprit_of_any_alert_is_two_clicks_from_the_region():
    first = {link.board for _, link, _ in linked(BY_UID["snowgrid-region"])}
    assert "snowgrid-alerts" in first
    second = {target.uid for _, _, target in linked(BY_UID["snowgrid-alerts"])}
    assert {f"snowgrid-device-{name}" for name in kinds()} <= second


@pytest.mark.parametrize("kind", kinds())
def test_a_board_of_devices_leads_up_to_a_board_where_the_kind_is_seen(kind: str):
    above = BY_UID[BY_UID[f"snowgrid-device-{kind}"].up]
    sources = {
        target.query.inner.source if target.query.inner else target.query.source
        for panel in above.panels
        for target in panel.targets
    }
    assert any(source.measurement.startswith(kind) for source in sources)

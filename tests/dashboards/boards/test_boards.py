"""What holds for every board."""

import pytest

from dashboards.boards import all_boards
from dashboards.model.board import Board, laid_out
from dashboards.model.panel import COLUMNS, Shape
from dashboards.model.query import Function
from devices.registry import kinds
from tests.dashboards.boards.built import BOARDS, BY_UID, FACTS, LISTED, queries

UIDS = [board.uid for board in BOARDS]
LISTED_UIDS = [
    "snowgrid-region",
    "snowgrid-meters",
    "snowgrid-energy",
    "snowgrid-ski-resort",
    "snowgrid-data-centre",
    "snowgrid-alerts",
    "snowgrid-pipeline",
    "snowgrid-pipeline-prometheus",
]

each_board = pytest.mark.parametrize("board", BOARDS, ids=UIDS)


def test_addresses_of_boards_are_stable():
    assert [board.uid for board in LISTED] == LISTED_UIDS
    assert [*LISTED_UIDS, *(f"snowgrid-device-{name}" for name in kinds())] == UIDS


def test_building_twice_gives_the_same():
    assert all_boards(FACTS) == BOARDS


def test_addresses_fit_into_grafana():
    assert len(set(UIDS)) == len(UIDS)
    assert all(len(uid) <= 40 for uid in UIDS)


@each_board
def test_every_board_asks_one_question(board: Board):
    assert board.question.endswith("?")
    assert board.title


@each_board
def test_every_panel_says_what_it_shows_in_sentences(board: Board):
    for panel in board.panels:
        assert len(panel.description) >= 15, panel.title
        assert panel.description.endswith("."), panel.title


@each_board
def test_no_two_panels_of_a_board_are_called_the_same(board: Board):
    titles = [panel.title for panel in board.panels]
    assert len(set(titles)) == len(titles)


@each_board
def test_every_row_of_panels_is_full(board: Board):
    rows: dict[int, int] = {}
    for placed in laid_out(board):
        rows[placed.place.y] = rows.get(placed.place.y, 0) + placed.place.width
    assert set(rows.values()) == {COLUMNS}


@each_board
def test_panels_beside_each_other_are_of_one_height(board: Board):
    heights: dict[int, set[int]] = {}
    for placed in laid_out(board):
        heights.setdefault(placed.place.y, set()).add(placed.place.height)
    assert all(len(of_row) == 1 for of_row in heights.values())


@pytest.mark.parametrize("board", LISTED, ids=LISTED_UIDS)
def test_no_board_is_overloaded(board: Board):
    assert 8 <= len(board.panels) <= 16


@each_board
def test_every_condition_is_on_a_variable_that_the_board_has(board: Board):
    names = {variable.name for variable in board.variables}
    asked = {each.variable for query in queries(board) for each in query.where} - {""}
    assert asked <= names


@each_board
def test_variables_depend_on_those_before_them(board: Board):
    known: set[str] = set()
    for variable in board.variables:
        assert {condition.variable for condition in variable.where} <= known
        known.add(variable.name)


@each_board
def test_columns_are_named_once_and_as_all_readers_allow(board: Board):
    for query in queries(board):
        names = [column.name for column in query.columns]
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() and name == name.lower() for name in names)


@each_board
def test_legends_fill_in_only_what_their_series_have(board: Board):
    for panel in board.panels:
        for target in panel.targets:
            blanks = {tag: tag for tag in (*target.query.by, "column")}
            assert target.legend.format(**blanks)


@each_board
def test_headings_and_looks_are_about_columns_that_are_there(board: Board):
    for panel in board.panels:
        found = {column.name for each in panel.targets for column in each.query.columns}
        tags = {tag for each in panel.targets for tag in each.query.by}
        assert {name for name, _ in panel.looks} <= found | tags
        assert {name for name, _ in panel.headings} <= found | tags | {"time", "legend"}


@each_board
def test_rankings_are_bounded_and_other_bars_are_few(board: Board):
    for panel in board.panels:
        if panel.shape is Shape.BAR_GAUGE:
            assert all(each.query.most == 10 or not each.query.by for each in panel.targets)


@each_board
def test_timelines_show_words(board: Board):
    for panel in board.panels:
        if panel.shape is Shape.STATE_TIMELINE:
            looks = dict(panel.looks)
            for target in panel.targets:
                for column in target.query.columns:
                    assert column.function is Function.LAST
                    assert looks.get(column.name, panel.look).words


def test_every_kind_is_seen_on_a_board_of_the_list():
    asked = {
        query.source.measurement.split("_site")[0].removesuffix("_15m")
        for board in LISTED
        for query in queries(board)
        if not _is_count_of_devices(query)
    }
    assert set(kinds()) <= asked


def test_refresh_and_range_suit_a_person():
    assert all(10 <= board.refresh_s <= 60 and 1 <= board.hours <= 24 for board in BOARDS)


def test_boards_lead_up_to_the_region():
    for board in BOARDS:
        above = board
        for _ in range(3):
            above = BY_UID[above.up] if above.up else above
        assert above.uid == "snowgrid-region"


def _is_count_of_devices(query) -> bool:
    return "heard" in {column.name for column in query.columns}

"""All boards, built once from what the kinds declare."""

from collections.abc import Iterator

from dashboards.boards import all_boards
from dashboards.model.board import Board
from dashboards.model.query import Query
from tests.dashboards.declared import declared_facts

FACTS = declared_facts()
BOARDS = all_boards(FACTS)
BY_UID = {board.uid: board for board in BOARDS}
LISTED = tuple(board for board in BOARDS if board.listed)


def queries(board: Board) -> Iterator[Query]:
    """Yield what a board asks, the questions within questions included."""
    for panel in board.panels:
        for target in panel.targets:
            yield from with_inner(target.query)


def with_inner(query: Query) -> Iterator[Query]:
    yield query
    if query.inner:
        yield from with_inner(query.inner)

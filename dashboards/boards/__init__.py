"""The boards, from the top down; each file answers one question."""

from dashboards.boards import region
from dashboards.facts import Facts
from dashboards.model.board import Board

BUILDERS = (region.board,)


def all_boards(facts: Facts) -> tuple[Board, ...]:
    """Build every board.

    Raises:
        ValueError: A board asks for what its kind does not report.
    """
    return tuple(build(facts) for build in BUILDERS)

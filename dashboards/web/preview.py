"""Boards as files that show one stretch of time, for who has no access to the store."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from dashboards.model.board import Board
from dashboards.model.panel import COLUMNS
from dashboards.readers.base import Choices, Reader
from dashboards.readers.panels import View, read_panel
from dashboards.web.answers import answered, marks
from dashboards.web.described import described, panel_ids
from dashboards.web.standalone import Json, standalone

PREFIX = "snowgrid-"
WIDTH_PX = 1_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What is previewed.

    Attributes:
        from_ms: First moment, Unix milliseconds.
        to_ms: The moment after its last.
    """

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A board as a file.

    Attributes:
        name: Of the file.
        board: What it shows.
        html: Its content.
    """

    name: str
    board: Board
    html: str


async def previewed(
    boards: Collection[Board], stretch: Stretch, reader: Reader
) -> AsyncIterator[Page]:
    """Yield a page for each board, which lead to one another.

    Of a variable that allows several values, all are shown; of one that does not, the first.

    Args:
        boards: None that asks Prometheus.
        stretch: When.
        reader: Of the store.

    Raises:
        CannotRead: The store does not answer.
    """
    names = {board.uid: f"{board.uid.removeprefix(PREFIX)}.html" for board in boards}
    shared = described(boards, stretch.to_ms) | {"pages": names}
    home = next(iter(names.values()))
    for board in boards:
        carried = shared | await _carried(board, stretch, reader)
        yield Page(name=names[board.uid], board=board, html=standalone(carried, home))


async def _carried(board: Board, stretch: Stretch, reader: Reader) -> Json:
    choices: dict[str, tuple[str, ...]] = {}
    variables = {}
    for variable in board.variables:
        values = await reader.values(variable, choices)
        choices[variable.name] = () if variable.several else tuple(values[:1])
        variables[variable.name] = {"values": values, "chosen": choices[variable.name]}
    panels = {
        number: answered(
            panel, await read_panel(panel, _view(stretch, panel.width, choices), reader)
        )
        for number, panel in panel_ids(board).items()
        if panel.targets
    }
    return {
        "uid": board.uid,
        "from_ms": stretch.from_ms,
        "to_ms": stretch.to_ms,
        "variables": variables,
        "panels": panels,
        "alerts": await marks(board, _view(stretch, COLUMNS, choices), reader),
    }


def _view(stretch: Stretch, width: int, choices: Choices) -> View:
    return View(
        from_ms=stretch.from_ms,
        to_ms=stretch.to_ms,
        width_px=WIDTH_PX * width // COLUMNS,
        choices=choices,
    )

"""A board: sections of panels, laid out from left to right and top to bottom."""

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards.model.panel import COLUMNS, Panel
from dashboards.model.variable import Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Panels under a heading.

    Attributes:
        title: The heading.
        panels: In reading order.
    """

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a panel stands, in 24ths of the width and units of 30 pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What answers one question.

    Attributes:
        uid: Stable and unique, as in addresses: `snowgrid-region`.
        title: What people call it.
        question: The one question it answers, shown on it.
        sections: Its contents.
        variables: What can be chosen, in the order of dependence.
        hours: Length of the time range that it opens with.
        refresh_s: How often it is drawn anew.
        up: Uid of the board one level above, or empty at the top.
        alerts: Whether alerts of the chosen sites are marked on the time axis.
        listed: Whether it stands in the list of boards; what is not, is reached by links.
    """

    uid: str
    title: str
    question: str
    sections: tuple[Section, ...]
    variables: tuple[Variable, ...] = ()
    hours: float = 6.0
    refresh_s: int = 30
    up: str = ""
    alerts: bool = True
    listed: bool = True

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, in reading order."""
        return tuple(panel for section in self.sections for panel in section.panels)

    @property
    def asks_prometheus(self) -> bool:
        """Whether only Grafana can draw it."""
        return any(panel.prom_targets for panel in self.panels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A heading or a panel, and where it stands."""

    place: Place
    section: Section | None = None
    panel: Panel | None = None


def laid_out(board: Board) -> Iterator[Placed]:
    """Yield headings and panels with their places; no two overlap, and nothing leaves the width."""
    y = 0
    for section in board.sections:
        yield Placed(place=Place(x=0, y=y, width=COLUMNS, height=1), section=section)
        y += 1
        x = tallest = 0
        for panel in section.panels:
            if x + panel.width > COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            place = Place(x=x, y=y, width=panel.width, height=panel.height)
            yield Placed(place=place, panel=panel)
            x += panel.width
            tallest = max(tallest, panel.height)
        y += tallest

"""The panels that there are; anything else cannot be said, so no reader can be asked for it."""

from dataclasses import dataclass, field
from enum import StrEnum

from dashboards.model.look import Look
from dashboards.model.query import Query

COLUMNS = 24


class Shape(StrEnum):
    """What a panel is drawn as."""

    TIME_SERIES = "timeseries"
    STAT = "stat"
    GAUGE = "gauge"
    BAR_GAUGE = "bargauge"
    TABLE = "table"
    STATE_TIMELINE = "state-timeline"
    HEAT_MAP = "heatmap"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where a click on a series or a row leads; time range and variables are kept.

    Attributes:
        board: Uid of the board.
        title: What the person reads.
        variables: Variable of that board to the tag of the series that it takes its value from.
    """

    board: str
    title: str
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A query, and what its series are called.

    Attributes:
        query: What is asked.
        legend: Name of each series, with `{tag}` and `{column}` filled in.
    """

    query: Query
    legend: str = "{column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture on a board.

    Attributes:
        shape: What it is drawn as.
        title: What it shows, in a few words.
        description: For people who are new: what it means, what is good, what to do.
        targets: What is asked; none for a text.
        look: How values are shown.
        looks: How the values of single columns are shown instead, by column name (tables).
        headings: What people call a column, by column or tag name (tables, legends).
        width: In 24ths of the board.
        height: In units of 30 pixels.
        stacked: Whether areas of a time series stand on one another.
        filled: Whether the area under a line is coloured.
        link: Where a click leads.
        text: Markdown of a text panel.
        shift_s: Shows the range so much earlier, against today's clock; 0 for now.
    """

    shape: Shape
    title: str
    description: str
    targets: tuple[Target, ...] = ()
    look: Look = field(default_factory=Look)
    looks: tuple[tuple[str, Look], ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    width: int = 8
    height: int = 8
    stacked: bool = False
    filled: bool = False
    link: Link | None = None
    text: str = ""
    shift_s: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.width <= COLUMNS:
            raise ValueError(f"panel {self.title!r}: width {self.width}, want 1…{COLUMNS}")
        if (self.shape is Shape.TEXT) is bool(self.targets):
            raise ValueError(f"panel {self.title!r}: want a text, or targets")
        if not self.title or not self.description:
            raise ValueError(f"panel {self.title!r}: want a title and a description")

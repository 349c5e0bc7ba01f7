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
        board: Uid of the board, with `{tag}` filled in: `snowgrid-device-{kind}`.
        title: What the person reads.
        variables: Variable of that board to the tag, or text column, of the series that it takes
            its value from.
    """

    board: str
    title: str
    variables: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A query, and what its series are called.

    Attributes:
        query: What is asked.
        legend: Name of each series, with `{tag}` and `{column}` filled in. In a table of several
            targets it tells their rows apart, in the first column, headed by `legend`.
    """

    query: Query
    legend: str = "{column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromTarget:
    """A question to Prometheus, which only Grafana can ask.

    Attributes:
        expr: PromQL.
        legend: Name of each series, with `{label}` filled in.
    """

    expr: str
    legend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture on a board.

    Attributes:
        shape: What it is drawn as.
        title: What it shows, in a few words.
        description: For people who are new: what it means, what is good, what to do.
        targets: What is asked of the store.
        prom_targets: What is asked of Prometheus instead; a panel asks one of them, or has a text.
        look: How values are shown.
        looks: How the values of single columns are shown instead, by column name.
        headings: What people call a column, by column or tag name (tables, legends).
        sorted_by: Columns and tags that rows of a table are sorted by until a person does, the
            smallest on top, the first one first; `legend` for the targets' legends.
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
    prom_targets: tuple[PromTarget, ...] = ()
    look: Look = field(default_factory=Look)
    looks: tuple[tuple[str, Look], ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    sorted_by: tuple[str, ...] = ()
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
        asked = [bool(self.targets), bool(self.prom_targets), self.shape is Shape.TEXT]
        if asked.count(True) != 1:
            raise ValueError(f"panel {self.title!r}: want a text, or targets of one data source")
        if not self.title or not self.description:
            raise ValueError(f"panel {self.title!r}: want a title and a description")

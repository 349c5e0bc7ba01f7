"""Everything that a panel shows, read at once."""

import asyncio
from dataclasses import dataclass, replace

from dashboards.model.panel import Panel, Shape
from dashboards.readers.base import Choices, Reader, Series, Span
from dashboards.readers.intervals import interval_ms

MOST_SERIES = 200
"""Of a target; more can neither be told apart nor drawn quickly."""

MOST_ROWS = 500
"""Of a heat map, where patterns are looked for and not single rows."""

WIDEST_HEAT_MAP_PX = 400
"""A heat map is read no finer than this, so that all its rows are 100,000 values at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a person looks at a board.

    Attributes:
        from_ms: First moment of the time range, Unix milliseconds.
        to_ms: The moment after its last.
        width_px: Width of the panel on the screen.
        choices: Values of the board's variables.
    """

    from_ms: int
    to_ms: int
    width_px: int
    choices: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetAnswer:
    """What one target gave.

    Attributes:
        series: At most `MOST_SERIES`, or `MOST_ROWS` of a heat map.
        left_out: How many there were besides.
    """

    series: list[Series]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelAnswer:
    """What all targets of a panel gave.

    Attributes:
        targets: In the panel's order.
        interval_ms: Between two rows over time.
        tier: Windows that rollups were read by.
    """

    targets: list[TargetAnswer]
    interval_ms: int
    tier: str


async def read_panel(panel: Panel, view: View, reader: Reader) -> PanelAnswer:
    """Read what a panel shows.

    A panel that is shifted is read so much earlier, and its rows get the times of the view.

    Raises:
        CannotRead: The store does not answer.
    """
    span = _span(panel, view)
    targets = await asyncio.gather(
        *(reader.read(target.query, span, view.choices) for target in panel.targets)
    )
    shift_ms = round(panel.shift_s * 1_000)
    most = MOST_ROWS if panel.shape is Shape.HEAT_MAP else MOST_SERIES
    return PanelAnswer(
        targets=[_answer(series, shift_ms, most) for series in targets],
        interval_ms=span.interval_ms,
        tier=span.tier,
    )


def _span(panel: Panel, view: View) -> Span:
    shift_ms = round(panel.shift_s * 1_000)
    queries = [target.query for target in panel.targets]
    is_heat_map = panel.shape is Shape.HEAT_MAP
    width_px = min(view.width_px, WIDEST_HEAT_MAP_PX) if is_heat_map else view.width_px
    return Span(
        from_ms=view.from_ms - shift_ms,
        to_ms=view.to_ms - shift_ms,
        interval_ms=interval_ms(queries, view.to_ms - view.from_ms, width_px),
    )


def _answer(series: list[Series], shift_ms: int, most: int) -> TargetAnswer:
    shown = [_later(each, shift_ms) for each in series[:most]]
    return TargetAnswer(series=shown, left_out=len(series) - len(shown))


def _later(series: Series, shift_ms: int) -> Series:
    if series.times_ms is None or not shift_ms:
        return series
    return replace(series, times_ms=[ms + shift_ms for ms in series.times_ms])

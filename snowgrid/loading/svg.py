"""Lines over time as SVG, without a library."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT = 860, 260
LEFT, RIGHT, TOP, BOTTOM = 74, 12, 14, 34
TICKS = 5
FLAT = 1e-9


class Line(NamedTuple):
    """A line of a picture.

    Attributes:
        name: For the legend.
        css: Class that colours it.
        values: One a second; None leaves a gap.
    """

    name: str
    css: str
    values: Sequence[float | None]


def picture(title: str, unit: str, lines: Sequence[Line], *, logarithmic: bool = False) -> str:
    """Return a picture of lines over seconds.

    Args:
        title: What it shows.
        unit: Of the values.
        lines: All as long as each other.
        logarithmic: Whether each step up is ten times as much.
    """
    scale = _logarithmic(lines) if logarithmic else _linear(lines)
    seconds = max(1, max(len(line.values) for line in lines) - 1)
    body = [_grid(scale, unit), _seconds(seconds)]
    body += [_path(line, scale, seconds) for line in lines]
    legend = "".join(
        f'<tspan class="{line.css}" dx="14">■ {escape(line.name)}</tspan>' for line in lines
    )
    return (
        f'<figure><figcaption>{escape(title)}</figcaption><svg viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="{escape(title)}">{"".join(body)}'
        f'<text class="legend" x="{LEFT}" y="{HEIGHT - 4}">{legend}</text></svg></figure>'
    )


class _Scale(NamedTuple):
    ticks: list[float]
    low: float
    high: float
    logarithmic: bool

    def y(self, value: float) -> float:
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = log10(low), log10(high), log10(max(value, self.low))
        ratio = (value - low) / max(high - low, FLAT)
        return HEIGHT - BOTTOM - ratio * (HEIGHT - TOP - BOTTOM)


def _linear(lines: Sequence[Line]) -> _Scale:
    most = max((v for line in lines for v in line.values if v is not None), default=1.0) or 1.0
    power = 10.0 ** floor(log10(most / TICKS))
    step = next(s * power for s in (1, 2, 5, 10) if s * power * TICKS >= most)
    ticks = [step * number for number in range(ceil(most / step) + 1)]
    return _Scale(ticks, 0.0, ticks[-1], logarithmic=False)


def _logarithmic(lines: Sequence[Line]) -> _Scale:
    values = [v for line in lines for v in line.values if v] or [1.0]
    low, high = floor(log10(min(values))), ceil(log10(max(values)) + FLAT)
    ticks = [10.0**power for power in range(low, max(high, low + 1) + 1)]
    return _Scale(ticks, ticks[0], ticks[-1], logarithmic=True)


def _grid(scale: _Scale, unit: str) -> str:
    marks = []
    for tick in scale.ticks:
        y = scale.y(tick)
        marks.append(
            f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
            f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}">{tick:,.6g} {escape(unit)}</text>'
        )
    return "".join(marks)


def _seconds(seconds: int) -> str:
    step = max(1, ceil(seconds / 10))
    return "".join(
        f'<text class="second" x="{_x(at, seconds):.1f}" y="{HEIGHT - BOTTOM + 14}">{at} s</text>'
        for at in range(0, seconds + 1, step)
    )


def _path(line: Line, scale: _Scale, seconds: int) -> str:
    drawn, pen = [], "M"
    for at, value in enumerate(line.values):
        if value is None:
            pen = "M"
        else:
            drawn.append(f"{pen}{_x(at, seconds):.1f} {scale.y(value):.1f}")
            pen = "L"
    return f'<path class="line {line.css}" d="{"".join(drawn)}"/>'


def _x(at: int, seconds: int) -> float:
    return LEFT + at / seconds * (WIDTH - LEFT - RIGHT)

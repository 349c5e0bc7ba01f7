"""Draws a stretch of a kind: every field over time, with its typical and its hard range.

The only module that imports matplotlib, which is an optional dependency.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from devices.arrays import Floats
from devices.environment.events import Event
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.schema import Field, FieldType
from snowgrid.kind_pages.stretch import Stretch

COLUMNS = 3
PANEL_INCHES = (5.2, 1.9)
HEAD_INCHES = 0.9
DEVICES_DRAWN = 4
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")  # told apart by the colour-blind, too
TYPICAL_COLOUR = "#009e73"
HARD_COLOUR = "#b00020"
EVENT_COLOUR = "#e69f00"
DOTS_PER_INCH = 80


def draw(stretch: Stretch, file: Path, events: Sequence[Event] = ()) -> None:
    """Write the picture as PNG.

    Args:
        stretch: What is drawn; a few of its devices, spread over them all.
        file: Where to.
        events: Marked over the fields.

    Raises:
        OSError: The file cannot be written.
    """
    fields = stretch.kind.fields
    rows = -(-len(fields) // COLUMNS)
    height = rows * PANEL_INCHES[1] + HEAD_INCHES
    figure = Figure(figsize=(COLUMNS * PANEL_INCHES[0], height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(_title(stretch, events), fontsize=13, x=0.01, ha="left", fontweight="bold")
    panels = figure.subplots(rows, COLUMNS, sharex=True, squeeze=False).ravel()
    for field, panel in zip(fields, panels, strict=False):
        _draw_field(panel, field, stretch)
        _mark(panel, stretch, events)
        _label_hours(panel)
    for panel in panels[len(fields) :]:
        panel.set_axis_off()
    figure.savefig(file, dpi=DOTS_PER_INCH, metadata={"Software": ""})


def _title(stretch: Stretch, events: Sequence[Event]) -> str:
    first = _local(stretch.times[0])
    hours = (stretch.times[-1] - stretch.times[0]).total_seconds() / 3600
    what = f"{stretch.kind.title}, {stretch.site}, {hours:.0f} h from {first:%d %b %Y %H:%M}"
    return what + "".join(f" · {event.kind}" for event in events)


def _draw_field(panel: Axes, field: Field, stretch: Stretch) -> None:
    values = _shown(field, stretch.values[field.name])
    panel.set_title(_heading(field), fontsize=9, loc="left", family="monospace")
    panel.tick_params(labelsize=7)
    panel.grid(alpha=0.25)
    times = [_local(time).replace(tzinfo=None) for time in stretch.times]
    discrete = field.type in {FieldType.STATE, FieldType.BOOLEAN}
    chosen = _spread(values.shape[1])
    for place, device in reversed(list(enumerate(chosen))):
        shift = 0.08 * (place - 1.5) if discrete else 0.0
        panel.plot(
            np.array(times),
            values[:, device] + shift,
            color=COLOURS[place],
            linewidth=0.9 if place else 1.3,
            drawstyle="steps-post" if discrete else "default",
            linestyle="none" if field.circular else "-",
            marker="." if field.circular else None,
            markersize=2,
        )
    if discrete:
        words = field.states or ("false", "true")
        panel.set_yticks(range(len(words)), words)
        panel.set_ylim(-0.5, len(words) - 0.5)
    else:
        _shade_ranges(panel, field)


def _shown(field: Field, values: Floats) -> Floats:
    """Return what is drawn: of a counter how far it has come, since where it stands says little."""
    if field.modulus is None:
        return values
    steps = np.diff(values, axis=0, prepend=values[:1]) % field.modulus
    return np.asarray(np.nancumsum(steps, axis=0) + 0.0 * values)


def _heading(field: Field) -> str:
    notes = [field.unit] if field.unit else []
    if field.modulus is not None:
        notes.append("since the beginning")
    return f"{field.name} ({', '.join(notes)})" if notes else field.name


def _spread(devices: int) -> list[int]:
    """Return a few devices, the middle one first."""
    wanted = [devices // 2, 0, devices - 1, devices // 4]
    return list(dict.fromkeys(wanted))[:DEVICES_DRAWN]


def _shade_ranges(panel: Axes, field: Field) -> None:
    """Show the typical range, and the hard one where the axis reaches it."""
    low, high = panel.get_ylim()
    step = field.resolution or 0.0
    if field.modulus and high <= step:  # nothing was counted
        low, high = 0.0, 10.0 * step
    if field.typical:
        panel.axhspan(*field.typical, color=TYPICAL_COLOUR, alpha=0.08, linewidth=0)
    for bound in () if field.modulus else field.hard:
        if low <= bound <= high:
            panel.axhline(bound, color=HARD_COLOUR, linewidth=0.8, linestyle="--")
    panel.set_ylim(low, high)


def _mark(panel: Axes, stretch: Stretch, events: Sequence[Event]) -> None:
    last = stretch.times[-1]
    for event in events:
        begin, end = (_local(time).replace(tzinfo=None) for time in (event.start, event.end))
        until = min(end, _local(last).replace(tzinfo=None))
        panel.axvspan(begin, until, color=EVENT_COLOUR, alpha=0.15, linewidth=0)  # type: ignore[arg-type]


def _label_hours(panel: Axes) -> None:
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
    panel.xaxis.set_major_locator(locator)
    formatter = mdates.ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    panel.xaxis.set_major_formatter(formatter)
    panel.xaxis.offsetText.set_visible(False)


def _local(time: datetime) -> datetime:
    return time.astimezone(CHINA_STANDARD_TIME)

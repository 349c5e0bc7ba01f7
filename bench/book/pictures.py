"""Draws the curves of the book."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from bench.book.findings import Picture
from bench.book.page import readable

SIZE_INCHES = (7.2, 4.0)
# Okabe and Ito's colours, which everybody can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
BOUND_COLOUR = "#666666"
ROOM = 0.12  # above the highest point, for the bound's name


def draw(picture: Picture, file: Path) -> None:
    """Draw a picture into a file, in the format that its name ends in."""
    # Without the salt each drawing of the same would be another file.
    with mpl.rc_context(
        {"svg.hashsalt": "snowgrid", "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.subplots()
        for curve, colour in zip(picture.curves, COLOURS, strict=False):
            axes.plot(curve.x, curve.y, marker="o", markersize=4, color=colour, label=curve.name)
        if len(picture.curves) > 1:
            figure.legend(loc="outside lower center", ncols=len(picture.curves), frameon=False)
        axes.set_title(picture.title, loc="left")
        axes.set_xlabel(picture.x)
        axes.set_ylabel(picture.y)
        if picture.bound is not None:
            _mark(axes, picture.bound, f"{readable(picture.bound)} {picture.y}")
        _scale(axes, picture)
        figure.savefig(file, metadata={"Date": None} if file.suffix == ".svg" else None)


def _scale(axes: Axes, picture: Picture) -> None:
    axes.margins(y=ROOM)
    axes.set_xscale("log" if picture.x_log else "linear")
    axes.set_yscale("log" if picture.y_log else "linear")
    if picture.x_log:
        axes.set_xticks(picture.curves[0].x)
    else:
        axes.set_xlim(left=0)
    if not picture.y_log:
        axes.set_ylim(bottom=0)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: readable(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, alpha=0.25)


def _mark(axes: Axes, bound: float, text: str) -> None:
    axes.axhline(bound, color=BOUND_COLOUR, linestyle="--", linewidth=1)
    axes.annotate(
        text,
        (0.01, bound),
        xycoords=("axes fraction", "data"),
        xytext=(0, 3),
        textcoords="offset points",
        color=BOUND_COLOUR,
        fontsize="small",
    )

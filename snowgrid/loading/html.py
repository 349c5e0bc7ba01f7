"""The report of a run as one HTML file that needs nothing else."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from devices.errors import LoadInvalid
from devices.load.histogram import Histogram
from snowgrid.loading.fault_rows import HEADINGS, fault_rows
from snowgrid.loading.figures import (
    PERCENTS,
    Row,
    count_rows,
    duration,
    latency_rows,
    ledger_rows,
    title_of,
    usage_rows,
)
from snowgrid.loading.result import RunReport
from snowgrid.loading.svg import Line, picture
from snowgrid.loading.verdict import praise_of

STYLE = """
:root{--text:#1c2733;--dim:#5d6b7a;--back:#fff;--grid:#dfe5ec;--a:#1261a0;--b:#c2570c;--c:#2e7d4f;
--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--text:#e6ecf2;--dim:#9aa9b8;--back:#12181f;--grid:#2b3641;
--a:#6db3f2;--b:#f2a35e;--c:#6fcf97;--bad:#ff8a80}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);max-width:900px;
margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.05rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.15rem 1.2rem .15rem 0;text-align:left}
th,td:first-child{color:var(--dim);font-weight:400}.number{text-align:right}
.good{color:var(--c)}.bad{color:var(--bad)}figure{margin:1rem 0}svg{width:100%}
.grid{stroke:var(--grid)}.line{fill:none;stroke-width:2}text{font-size:12px;fill:var(--dim)}
.tick{text-anchor:end}.second{text-anchor:middle}
path.a{stroke:var(--a)}path.b{stroke:var(--b)}path.c{stroke:var(--c)}
tspan.a{fill:var(--a)}tspan.b{fill:var(--b)}tspan.c{fill:var(--c)}
"""


def write_html(report: RunReport, path: Path) -> None:
    """Write the report.

    Raises:
        LoadInvalid: The file cannot be written.
    """
    try:
        path.write_text(page(report), encoding="utf-8")
    except OSError as error:
        raise LoadInvalid(f"{path}: cannot be written: {error.strerror}") from error


def page(report: RunReport) -> str:
    """Return the report as an HTML page."""
    began = datetime.fromtimestamp(report.load.start_ms / 1_000, UTC)
    return "".join(
        [
            '<!doctype html><html lang="en"><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>Snowgrid load, {began:%Y-%m-%d %H:%M}</title><style>{STYLE}</style>",
            f"<h1>Load of {escape(title_of(report.order, report.shards))}</h1>",
            f"<p>To {escape(report.broker)}, {began:%Y-%m-%d %H:%M:%S} UTC</p>",
            _verdict(report),
            _rate(report),
            _latency(report),
            f"<h2>Latency, from when a message was due</h2>{_latencies(report)}",
            f"<h2>Messages</h2>{_table(count_rows(report))}",
            f"<h2>Service and store</h2>{_table(ledger_rows(report))}",
            _faults(report),
            f"<h2>Machine</h2>{_table(usage_rows(report))}",
            "</html>\n",
        ]
    )


def _verdict(report: RunReport) -> str:
    lines = [f'<p class="bad">Bad: {escape(problem)}</p>' for problem in report.problems]
    if not lines:
        lines = [f'<p class="good">Good: {escape(praise_of(report))}</p>']
    lines += [f"<p>{escape(note)}</p>" for note in report.notes]
    if report.bottleneck:
        lines.append(f"<p>Bottleneck: {escape(report.bottleneck)}</p>")
    return "".join(lines)


def _rate(report: RunReport) -> str:
    seconds = report.load.seconds
    lines = [
        Line("due", "a", [second.due for second in seconds]),
        Line("sent", "b", [second.sent for second in seconds]),
        Line("acknowledged", "c", [second.acknowledged for second in seconds]),
    ]
    return picture("Messages in each second", "", lines)


def _latency(report: RunReport) -> str:
    histograms = [Histogram.of(second.latency) for second in report.load.seconds]
    lines = [
        Line(name, css, [h.percentile_s(percent) * 1e3 if len(h) else None for h in histograms])
        for name, css, percent in (("p50", "c", 50.0), ("p99", "b", 99.0), ("max", "a", 100.0))
    ]
    return picture("From due to acknowledged, in each second", "ms", lines, logarithmic=True)


def _latencies(report: RunReport) -> str:
    names = [*(f"p{percent:g}" for percent in PERCENTS), "max"]
    head = "".join(f'<th class="number">{name}</th>' for name in names)
    rows = "".join(
        f"<tr><td>{escape(row.name)}</td>"
        + "".join(f'<td class="number">{duration(value)}</td>' for value in row.durations_s)
        + "</tr>"
        for row in latency_rows(report)
        if row.timed
    )
    return f"<table><tr><th></th>{head}</tr>{rows}</table>"


def _faults(report: RunReport) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in fault_rows(report)
    )
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    return f"<h2>Faults</h2><table><tr>{head}</tr>{rows}</table>" if rows else ""


def _table(rows: Iterable[Row]) -> str:
    cells = "".join(
        f"<tr><td>{escape(row.name)}</td><td>{escape(row.text)}</td></tr>" for row in rows
    )
    return f"<table>{cells or '<tr><td>not asked</td></tr>'}</table>"

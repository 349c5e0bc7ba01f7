"""The report of a run on a terminal."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

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
from snowgrid.loading.verdict import praise_of

FEW = 5  # findings that are shown


def print_report(console: Console, report: RunReport) -> None:
    """Print a run: what was asked for, what came of it, and the verdict."""
    console.print()
    console.print(
        f"[bold]Load[/bold] of {title_of(report.order, report.shards)} → {report.broker}",
        highlight=False,
    )
    for rows in (count_rows(report), ledger_rows(report), usage_rows(report)):
        _print_rows(console, rows)
    console.print(_latencies(report))
    _print_faults(console, report)
    for note in report.notes:
        console.print(f"Note: {note}", style="dim", markup=False, highlight=False)
    if report.bottleneck:
        console.print(f"Bottleneck: {report.bottleneck}", markup=False, highlight=False)
    print_verdict(console, report)


def print_verdict(console: Console, report: RunReport) -> None:
    """Print whether all is well, and what is not."""
    if not report.problems:
        console.print(f"Good: {praise_of(report)}", style="green", markup=False, highlight=False)
    for problem in report.problems:
        console.print(f"Bad: {problem}", style="bold red", markup=False, highlight=False)
    findings = [*map(str, report.verification.findings if report.verification else ())]
    windows = report.windows.findings if report.windows else []
    for finding in [*findings[:FEW], *windows[:FEW]]:
        console.print(f"  {finding}", style="red", markup=False, highlight=False)


def _print_rows(console: Console, rows: Iterable[Row]) -> None:
    table = Table.grid(padding=(0, 3))
    table.add_column(style="dim", min_width=16)
    for row in rows:
        table.add_row(row.name, row.text)
    if table.row_count:
        console.print(table)
        console.print()


def _print_faults(console: Console, report: RunReport) -> None:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for heading in HEADINGS:
        table.add_column(heading)
    for row in fault_rows(report):
        table.add_row(*map(escape, row))
    if table.row_count:
        console.print()
        console.print(table)
        console.print()


def _latencies(report: RunReport) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("from due …")
    for percent in PERCENTS:
        table.add_column(f"p{percent:g}", justify="right")
    table.add_column("max", justify="right")
    for row in latency_rows(report):
        if row.timed:
            table.add_row(row.name, *map(duration, row.durations_s))
    return table

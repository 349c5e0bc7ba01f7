"""What the `load` commands leave behind: the report on the terminal, files, the exit code."""

from pathlib import Path

import typer
from rich.console import Console

from snowgrid.loading.compare import print_comparison
from snowgrid.loading.find_max import Search
from snowgrid.loading.html import write_html
from snowgrid.loading.result import RunReport, read_report, write_report
from snowgrid.loading.text import print_report

BAD = 1


def finish(console: Console, report: RunReport, json_file: Path | None, html: Path | None) -> None:
    """Print the report, write the files that were asked for, exit with 1 if the run was bad."""
    print_report(console, report)
    _write(report, json_file, html)
    if report.problems:
        raise typer.Exit(BAD)


def compare_files(console: Console, files: tuple[Path, Path]) -> None:
    """Print two runs side by side."""
    first, second = files
    names = (first.stem, second.stem)
    print_comparison(console, names, (read_report(first), read_report(second)))


def finish_search(
    console: Console, found: Search, json_file: Path | None, html: Path | None
) -> None:
    """Print the highest good rate and what held the next back; files tell of the run at it."""
    if found.best is None:
        console.print("No rate was good.", style="bold red")
        raise typer.Exit(BAD)
    best = found.best
    console.print(
        f"Highest good rate: [bold]{best.rate_per_s:,.0f}[/bold] messages/s, "
        f"p99 {best.p99_s * 1e3:,.1f} ms to an acknowledgement"
    )
    if found.limit:
        console.print(f"At {found.limit.rate_per_s:,.0f}: {found.limit.complaint}", markup=False)
        if held := found.limit.report.bottleneck:
            console.print(f"Bottleneck: {held}", markup=False)
    _write(best.report, json_file, html)


def _write(report: RunReport, json_file: Path | None, html: Path | None) -> None:
    if json_file:
        write_report(report, json_file)
    if html:
        write_html(report, html)

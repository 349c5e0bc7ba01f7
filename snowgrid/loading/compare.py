"""Two runs side by side."""

from collections.abc import Iterator
from itertools import chain

from rich.console import Console
from rich.table import Table

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

WORTH_COLOUR = 0.1  # a change of less is noise


def print_comparison(
    console: Console, names: tuple[str, str], runs: tuple[RunReport, RunReport]
) -> None:
    """Print two runs side by side, and by how much the second differs from the first."""
    for name, run in zip(names, runs, strict=True):
        console.print(f"[bold]{name}[/bold]  {title_of(run.order, run.shards)}", highlight=False)
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    table.add_column("")
    for name in (*names, "change"):
        table.add_column(name, justify="right")
    first, second = ({row.name: row for row in rows_of(run)} for run in runs)
    for name in dict.fromkeys([*first, *second]):
        one, other = first.get(name), second.get(name)
        table.add_row(
            name, one.text if one else "", other.text if other else "", change(one, other)
        )
    console.print()
    console.print(table)


def rows_of(report: RunReport) -> Iterator[Row]:
    """Yield all figures of a run in which two runs can differ."""
    yield from chain(count_rows(report), ledger_rows(report))
    for way in latency_rows(report):
        names = [*(f"p{percent:g}" for percent in PERCENTS), "max"]
        for name, seconds in zip(names, way.durations_s, strict=True):
            yield Row(f"{way.name} {name}", duration(seconds), seconds, 1)
    yield from usage_rows(report)
    yield Row("problems", f"{len(report.problems)}", len(report.problems), 1)


def change(one: Row | None, other: Row | None) -> str:
    """Return by how much a figure differs, in red where it is worse and in green where better."""
    if one is None or other is None or one.value is None or other.value is None:
        return ""
    if one.value == other.value:
        return "="
    ratio = other.value / one.value - 1 if one.value else float("inf")
    text = f"{ratio:+.0%}" if ratio != float("inf") else f"+{other.value:,.4g}"
    if not one.worse or abs(ratio) < WORTH_COLOUR:
        return text
    return f"[{'red' if ratio * one.worse > 0 else 'green'}]{text}[/]"

"""A scenario's report on a terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from snowgrid.loading.text import print_report
from snowgrid.scenarios.judging import Judgement, State
from snowgrid.scenarios.report import Outcome, ScenarioReport

STYLES = {
    State.HELD: "green",
    State.FAILED: "bold red",
    State.SHORT: "bold yellow",
    State.UNKNOWN: "bold yellow",
}


def print_scenario_report(console: Console, report: ScenarioReport) -> None:
    """Print the figures of the load, each expectation with what was found, and the outcome."""
    outcome = report.outcome
    if outcome.load is not None:
        print_report(console, outcome.load)
        console.print()
    else:
        if outcome.readings:
            console.print(f"{outcome.readings:,} readings were published.", highlight=False)
        for note in outcome.notes:
            console.print(f"Note: {note}", style="dim", markup=False, highlight=False)
    console.print(f"[bold]{escape(report.scenario)}[/bold]: {escape(report.title)}")
    console.print(f"It ran {_how(report)}.", highlight=False, markup=False)
    console.print(_judgements(outcome))
    for judgement in outcome.judgements:
        for line in judgement.details:
            told = f"{judgement.subject}: {line}"
            console.print(told, style=STYLES[judgement.state], markup=False, highlight=False)
    _print_outcome(console, report)


def _how(report: ScenarioReport) -> str:
    scaled = "" if report.scale == 1 else f", scaled to {report.scale:g} of its size"
    return f"for {report.duration_s:g} s{scaled}, on {report.ran_on}"


def _judgements(outcome: Outcome) -> Table:
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for name in ("", "what", "expected", "found"):
        table.add_column(name)
    for judgement in outcome.judgements:
        table.add_row(*map(escape, _cells(judgement)), style=_style(judgement))
    return table


def _cells(judgement: Judgement) -> tuple[str, ...]:
    return judgement.state, judgement.subject, judgement.expected, judgement.found


def _style(judgement: Judgement) -> str:
    return "" if judgement.state is State.HELD else STYLES[judgement.state]


def _print_outcome(console: Console, report: ScenarioReport) -> None:
    if report.outcome.held:
        told = f"Held: all {len(report.outcome.judgements)} expectations."
        console.print(told, style=STYLES[State.HELD], highlight=False)
        return
    if failed := report.outcome.count(State.FAILED):
        console.print(
            f"Failed: {failed} of {len(report.outcome.judgements)} expectations.", style="red"
        )
    if short := report.outcome.count(State.SHORT):
        console.print(
            f"Fell short: {short}. This machine had nothing left to give, so they say nothing "
            f"about the software; try a smaller --scale than {report.scale:g}.",
            style=STYLES[State.SHORT],
            highlight=False,
        )
    if unknown := report.outcome.count(State.UNKNOWN):
        console.print(f"Not known: {unknown}.", style=STYLES[State.UNKNOWN], highlight=False)

"""An explanation of an alert as people read it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ingest.rules.alert import Alert
from ingest.rules.durations import duration
from ingest.rules.explanation import Explanation, LevelExplained, Standing
from snowgrid.cli.severity import SEVERITY_STYLES

STYLES = {Standing.FIRING: "bold red", Standing.PENDING: "yellow", Standing.OK: "green"}


def show_explanation(explanation: Explanation, history: Sequence[Alert]) -> None:
    """Print an explanation for people.

    Args:
        explanation: What the engine says.
        history: Transitions of the alert, the oldest first; may be empty.
    """
    console = Console(highlight=False, soft_wrap=True)
    where = "/".join(part for part in (explanation.site, explanation.device) if part)
    standing = Text(explanation.standing, STYLES.get(explanation.standing, ""))
    console.print(Text.assemble((explanation.rule, "bold"), f" · {where} · ", standing))
    console.print(Text(explanation.because))
    console.print(Text(_heard(explanation), "dim"))
    for level in explanation.levels:
        console.print()
        console.print(_heading(level))
        console.print(_conditions(level))
    if history:
        console.print()
        for alert in history:
            console.print(_transition(alert))


def _heard(explanation: Explanation) -> str:
    parts = [f"rule: {explanation.origin}"]
    if explanation.heard_ms is not None:
        parts.append(f"heard last: {_moment(explanation.heard_ms)}")
    if explanation.clock_ms is not None:
        parts.append(f"clock: {_moment(explanation.clock_ms)}")
    return " · ".join(parts)


def _heading(level: LevelExplained) -> Text:
    text = Text(level.severity, SEVERITY_STYLES[level.severity])
    text.append(f" · {level.standing}", "not bold default")
    if level.since_ms is not None:
        text.append(f" · holds since {_moment(level.since_ms)}", "not bold default")
    if level.firing_ms is not None:
        text.append(f" · fires since {_moment(level.firing_ms)}", "not bold default")
    if level.until_ms is not None:
        what = "fires" if level.standing is Standing.PENDING else "ends"
        text.append(f" · {what} {_moment(level.until_ms)}, as things are", "not bold default")
    return text


def _conditions(level: LevelExplained) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    for each in level.conditions:
        holds = Text("holds", "bold") if each.holds else Text("does not hold", "dim")
        table.add_row(Text(each.text), Text(each.value or "nothing heard"), holds)
    if level.for_s:
        table.add_row(Text(f"for {duration(level.for_s)}", "dim"))
    return table


def _transition(alert: Alert) -> Text:
    text = Text(_moment(alert.changed_ms), "dim")
    text.append(f"  {alert.state} ", "not dim")
    text.append(alert.severity, SEVERITY_STYLES[alert.severity])
    return text.append(f"  {alert.summary}", "not dim default")


def _moment(ts_ms: int) -> str:
    return datetime.fromtimestamp(ts_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

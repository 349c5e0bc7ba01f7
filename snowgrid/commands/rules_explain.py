"""`snowgrid rules explain`: why a rule fires for a device, or why it does not."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.rules.alert import Alert
from ingest.rules.durations import duration
from ingest.rules.engine import Engine
from ingest.rules.explanation import Explanation, LevelExplained, Standing
from ingest.rules.files import load_rules
from ingest.rules.recording import NotRecorded, replayed
from snowgrid.cli.options import AsJson
from snowgrid.cli.severity import SEVERITY_STYLES
from snowgrid.commands.rules_options import RuleFiles

STYLES = {Standing.FIRING: "bold red", Standing.PENDING: "yellow", Standing.OK: "green"}


def explain_rule(  # noqa: PLR0913 - one parameter per option
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Name of a rule.")],
    *,
    readings: Annotated[
        typer.FileText,
        typer.Option(
            "--readings",
            metavar="FILE",
            encoding="utf-8",
            help="Messages, a line each; - for standard input.",
        ),
    ],
    device: Annotated[
        str, typer.Option("--device", "-d", metavar="DEVICE", help="None for a rule about a site.")
    ] = "",
    site: Annotated[
        str, typer.Option("--site", "-s", metavar="SITE", help="Not needed where there is one.")
    ] = "",
    files: RuleFiles = None,
    as_json: AsJson = False,
) -> None:
    """Say why a rule fires for a device, or why it does not, after the readings in a file.

    A line of the file is a topic and a payload, as [bold]mosquitto_sub[/bold] prints them.

    [bold]Examples[/bold]

        mosquitto_sub -t 'telemetry/#' -v > readings.txt

        snowgrid rules explain rack-inlet-hot --device r-07 --readings readings.txt

        snowgrid rules explain pue-high --site zhangbei --readings readings.txt --json

    Exit code 2 when there is no such rule, or a file is wrong.
    """
    engine = Engine(load_rules(files or [], kinds()), kinds())
    history: list[Alert] = []
    sites: set[str] = set()
    try:
        for frames, now_ms in replayed(readings, kinds()):
            history += engine.take(frames, now_ms)
            sites.update(source.site for frame in frames for source in frame.sources)
    except (UnicodeDecodeError, NotRecorded) as error:
        raise ConfigError(f"{readings.name}: {error}") from error
    explanation = engine.explain(rule, site or _only(sites), device)
    about = rule, explanation.site, explanation.device
    history = [each for each in history if (each.rule, each.site, each.device) == about]
    if as_json:
        told = asdict(explanation) | {"history": [asdict(each) for each in history]}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
    else:
        show_explanation(explanation, history)


def _only(sites: set[str]) -> str:
    if len(sites) == 1:
        return next(iter(sites))
    known = f"the readings are of {', '.join(sorted(sites))}" if sites else "there are no readings"
    raise typer.BadParameter(f"which site? {known}", param_hint="'--site'")


def show_explanation(explanation: Explanation, history: list[Alert]) -> None:
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

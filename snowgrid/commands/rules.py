"""`snowgrid rules`: which alert rules there are, whether they are right, and why they fire."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devices.registry import kind_named
from devices.registry import kinds as all_kinds
from ingest.rules.durations import duration
from ingest.rules.files import load_rules
from ingest.rules.rule import Level, Rule
from ingest.rules.wording import aggregate_text, threshold_text, unit_of
from snowgrid.cli.lazy import new_app
from snowgrid.cli.options import AsJson
from snowgrid.cli.severity import SEVERITY_STYLES
from snowgrid.commands.rules_check import check_rules
from snowgrid.commands.rules_explain import explain_rule
from snowgrid.commands.rules_export import export_rules
from snowgrid.commands.rules_options import RuleFiles
from snowgrid.commands.rules_test import run_tests
from snowgrid.commands.rules_text import generate_rules, print_schema

app = new_app()
app.command("check")(check_rules)
app.command("test")(run_tests)
app.command("explain")(explain_rule)
app.command("export")(export_rules)
app.command("schema")(print_schema)
app.command("generate")(generate_rules)


@app.callback(invoke_without_command=True)
def rules(
    ctx: typer.Context,
    *,
    kind: Annotated[
        str | None, typer.Option("--kind", "-k", metavar="KIND", help="Only about this kind.")
    ] = None,
    files: RuleFiles = None,
    as_json: AsJson = False,
) -> None:
    """List the alert rules: those made from the kinds' limits, those that come along, your own.

    [bold]Examples[/bold]

        snowgrid rules --kind rack_sensor       what is watched in a data hall

        snowgrid rules --rules my.yaml          with your own rules

        snowgrid rules check my.yaml            is it right?

        snowgrid rules test tests/my.yaml       does it do what it should?

        snowgrid rules explain rack-inlet-hot --site zhangbei --device r-07

    Exit code 2 when a file of rules is wrong.
    """
    if ctx.invoked_subcommand is not None:
        if any(ctx.params.values()):
            raise typer.BadParameter("options go last: snowgrid rules check my.yaml --json")
        return
    kinds = all_kinds() if kind is None else {kind: kind_named(kind)}
    listed = [rule for rule in load_rules(files or [], all_kinds()) if rule.kind in kinds]
    listed.sort(key=lambda rule: rule.kind)
    if as_json:
        typer.echo(json.dumps([asdict(rule) for rule in listed], indent=2, ensure_ascii=False))
    else:
        _show(listed)


def _show(listed: Sequence[Rule]) -> None:
    console = Console(highlight=False, markup=False)
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Rule", "Severity", "Fires when"):
        table.add_column(heading, no_wrap=heading != "Fires when")
    kind = ""
    for rule in listed:
        if rule.kind != kind:
            kind = rule.kind
            table.add_row(Text(f"\n{kind}", "bold underline"))
        for level in rule.levels:
            first = level is rule.levels[0]
            severity = Text(level.severity, SEVERITY_STYLES[level.severity])
            table.add_row(Text(rule.name if first else "", "bold"), severity, _when(rule, level))
    console.print(table)
    console.print(f"\n{len(listed)} rules; --json shows all there is to say.", style="dim")


def _when(rule: Rule, level: Level) -> str:
    if rule.silence:
        return f"silent for {duration(level.for_s)}"
    kind = all_kinds()[rule.kind]
    parts = []
    for condition in level.conditions:
        if rule.aggregate:
            what, unit = aggregate_text(rule.aggregate), unit_of(kind, rule)
        else:
            what = condition.field
            unit = kind.fields[kind.column[what]].unit
        parts.append(f"{what} {threshold_text(condition, condition.fire, condition.clear, unit)}")
    text = (" and " if level.every else " or ").join(parts)
    return f"{text}, for {duration(level.for_s)}" if level.for_s else text

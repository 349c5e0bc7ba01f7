"""`snowgrid kinds`: what devices can be, and what each of them reports."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devices.environment.events import EventKind
from devices.registry import kind_named
from devices.registry import kinds as all_kinds
from devices.schema import Field, FieldType, Kind
from snowgrid.cli.kind_texts import condition, duration, number, value_range
from snowgrid.cli.options import AsJson, Seed
from snowgrid.cli.severity import SEVERITY_STYLES
from snowgrid.commands.kinds_plot import plot_kind
from snowgrid.kind_pages.usual import FLEET


def kinds(  # noqa: PLR0913 - options of a command
    kind: Annotated[
        str | None, typer.Argument(help="Show this kind's fields, ranges, codes and limits.")
    ] = None,
    *,
    as_json: AsJson = False,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw a simulated stretch of KIND, all its fields."),
    ] = None,
    hours: Annotated[
        float, typer.Option(min=0.1, max=24 * 366, help="Length of the stretch.")
    ] = 48.0,
    start: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"],
            help="Its first moment, UTC+8; without it, 5 December 2025.",
        ),
    ] = None,
    event: Annotated[
        EventKind | None, typer.Option(help="Let this happen after a third of it.")
    ] = None,
    fleet: Annotated[str, typer.Option(metavar="FLEET", help="Whose devices are drawn.")] = FLEET,
    seed: Seed = 1,
) -> None:
    """List the device kinds, show all of one, or draw how its devices behave.

    A reading with a value outside the hard range is rejected; the typical range is where values
    lie on ordinary days. Alert limits are true values that an operator must know of.

    Exit code 2 when there is no such kind, or the picture cannot be made.

    [bold]Examples[/bold]

        snowgrid kinds smart_meter

        snowgrid kinds snow_gun --plot gun.png --hours 72 --event cold-front
    """
    if plot:
        if kind is None:
            raise typer.BadParameter("which kind? snowgrid kinds KIND --plot FILE.png")
        plot_kind(
            kind_named(kind), plot, fleet=fleet, start=start, hours=hours, seed=seed, event=event
        )
    elif as_json:
        shown = _described(kind_named(kind)) if kind else [*map(_described, all_kinds().values())]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    elif kind:
        _show(kind_named(kind))
    else:
        _list(all_kinds().values())


def _described(kind: Kind) -> dict[str, object]:
    """Return everything a kind declares but its model, ready for JSON."""
    return {
        "name": kind.name,
        "family": kind.family,
        "title": kind.title,
        "summary": kind.summary,
        "interval_s": kind.interval_s,
        "fields": [asdict(field) | {"unit": field.unit} for field in kind.fields],
        "limits": [asdict(limit) for limit in kind.limits],
        "options": {name: asdict(option) for name, option in kind.options.items()},
    }


def _list(listed: Iterable[Kind]) -> None:
    table = _table("Kind", "Family", "What it is", "Fields", "Every")
    table.columns[3].justify = table.columns[4].justify = "right"
    for kind in listed:
        count = str(len(kind.fields))
        table.add_row(
            Text(kind.name, "bold"), kind.family, kind.title, count, duration(kind.interval_s)
        )
    console = _console()
    console.print(table)
    console.print("\n`snowgrid kinds KIND` shows the fields of one.", style="dim")


def _show(kind: Kind) -> None:
    console = _console()
    console.print(
        Text(kind.name, "bold"), Text(f"{kind.family} · every {duration(kind.interval_s)}", "dim")
    )
    console.print(kind.summary)
    for heading, table in (
        ("Fields", _fields(kind)),
        ("What they are", _meanings(kind)),
        ("Default alert limits", _limits(kind)),
        ("Options in a fleet file", _options(kind)),
    ):
        if table.row_count:
            console.print(f"\n{heading}", style="bold underline")
            console.print(table)


def _fields(kind: Kind) -> Table:
    table = _table("Field", "Type", "Unit", "Hard range", "Typical", "Step")
    for field in kind.fields:
        numeric = field.type in {FieldType.GAUGE, FieldType.COUNTER}
        table.add_row(
            Text(field.name, "bold"),
            field.type,
            field.unit,
            value_range(field.hard) if numeric else "",
            value_range(field.typical) if field.typical else "",
            number(field.resolution) if field.resolution else "",
        )
    return table


def _meanings(kind: Kind) -> Table:
    table = _table("Field", "Meaning")
    for field in kind.fields:
        table.add_row(Text(field.name, "bold"), _meaning(field))
    return table


def _meaning(field: Field) -> Text:
    meaning = Text(field.title)
    if field.states:
        meaning.append(f": {', '.join(field.states)}")
    meaning.append(".")
    if field.modulus:
        meaning.append(f" Rolls over at {number(field.modulus)}.")
    if field.note:
        meaning.append(f" {field.note}")
    if field.code:
        meaning.append(f"\n{field.code}", "dim")
    return meaning


def _limits(kind: Kind) -> Table:
    table = _table("Severity", "When", "Because")
    for limit in kind.limits:
        severity = Text(limit.severity, SEVERITY_STYLES[limit.severity])
        unit = kind.fields[kind.column[limit.field]].unit
        when = Text.assemble((limit.field, "bold"), f" {condition(limit, unit)}")
        table.add_row(severity, when, limit.source)
    return table


def _options(kind: Kind) -> Table:
    table = _table("Option", "Meaning")
    for name, option in kind.options.items():
        table.add_row(Text(name, "bold"), str(option))
    return table


def _table(*headings: str) -> Table:
    """Return a table whose first column is never broken and whose others wrap."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for position, heading in enumerate(headings):
        table.add_column(heading, no_wrap=position == 0)
    return table


def _console() -> Console:
    return Console(highlight=False, markup=False)

"""`snowgrid kinds`: what devices can be, and what each of them reports."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from devices.registry import kind_named
from devices.registry import kinds as all_kinds
from devices.schema import Field, FieldType, Kind, Limit, Severity
from snowgrid.cli.options import AsJson

SEVERITY_STYLES = {
    Severity.INFO: "cyan",
    Severity.WARNING: "yellow",
    Severity.CRITICAL: "bold red",
}


def kinds(
    kind: Annotated[
        str | None, typer.Argument(help="Show this kind's fields, ranges, codes and limits.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the device kinds, or show all of one.

    A reading with a value outside the hard range is rejected; the typical range is where values
    lie on ordinary days. Alert limits are true values that an operator must know of.

    Exit code 2 when there is no such kind.
    """
    if as_json:
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
            Text(kind.name, "bold"), kind.family, kind.title, count, _duration(kind.interval_s)
        )
    console = _console()
    console.print(table)
    console.print("\n`snowgrid kinds KIND` shows the fields of one.", style="dim")


def _show(kind: Kind) -> None:
    console = _console()
    console.print(
        Text(kind.name, "bold"), Text(f"{kind.family} · every {_duration(kind.interval_s)}", "dim")
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
            _range(field.hard) if numeric else "",
            _range(field.typical) if field.typical else "",
            _number(field.resolution) if field.resolution else "",
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
        meaning.append(f" Rolls over at {_number(field.modulus)}.")
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
        table.add_row(severity, _condition(limit, unit), limit.source)
    return table


def _condition(limit: Limit, unit: str) -> Text:
    text = Text(limit.field, "bold")
    if limit.above is not None:
        text.append(f" > {_number(limit.above)} {unit}".rstrip(), "not bold")
    elif limit.below is not None:
        text.append(f" < {_number(limit.below)} {unit}".rstrip(), "not bold")
    else:
        text.append(f" = {limit.equals}", "not bold")
    if limit.for_s:
        text.append(f" for {_duration(limit.for_s)}", "not bold")
    if limit.clear is not None:
        text.append(f", clears at {_number(limit.clear)}", "not bold dim")
    return text


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


def _range(bounds: tuple[float, float]) -> str:
    return f"{_number(bounds[0])}…{_number(bounds[1])}"


def _number(value: float) -> str:
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def _duration(seconds: float) -> str:
    for unit, length_s in (("h", 3600), ("min", 60)):
        if seconds > length_s and seconds % length_s == 0:
            return f"{_number(seconds / length_s)} {unit}"
    return f"{_number(seconds)} s"

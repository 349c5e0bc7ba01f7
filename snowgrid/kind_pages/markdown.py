"""All that the kinds declare, as a page of documentation with a picture of each."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from devices.schema import FAMILIES, Field, FieldType, Kind, Limit
from snowgrid.cli.kind_texts import condition, duration, number, value_range

HEAD = """\
# Device kinds

Everything a device of each kind reports, with units, ranges and default alert limits. The page is
made from the files in `devices/kinds/` by `python -m snowgrid.kind_pages`; `snowgrid kinds KIND`
shows the same in a terminal, and `snowgrid kinds KIND --plot FILE.png` draws any stretch.
[add-a-kind.md](add-a-kind.md) says how to add one.

A reading outside the *hard* range is rejected: no working sensor can give it. The *typical* range
is where values lie on ordinary days, shaded in the pictures. Limits are what the default alert
rules fire on. A counter's picture shows how far it has come since the beginning.
"""


def page(kinds: Mapping[str, Kind]) -> str:
    """Return the whole page; pictures are expected in `img/kinds/`."""
    by_family = sorted(kinds.values(), key=lambda kind: ([*FAMILIES].index(kind.family), kind.name))
    parts = [HEAD, _contents(by_family)]
    for family, members in groupby(by_family, key=lambda kind: kind.family):
        parts.append(f"## {FAMILIES[family]}\n")
        parts += [_section(kind) for kind in members]
    return "\n".join(parts)


def _contents(kinds: Iterable[Kind]) -> str:
    rows = [
        (f"[`{kind.name}`](#{kind.name})", kind.title, str(len(kind.fields)), kind.summary)
        for kind in kinds
    ]
    return _table(("kind", "what it is", "fields", ""), rows)


def _section(kind: Kind) -> str:
    parts = [
        f"### {kind.name}\n\n{kind.summary} Reports every {duration(kind.interval_s)}.\n",
        f"![48 hours of {kind.name}](img/kinds/{kind.name}.png)\n",
        _table(
            ("field", "type", "unit", "hard", "typical", "step", "meaning"),
            [_field(field) for field in kind.fields],
        ),
    ]
    if kind.limits:
        rows = [_limit(kind, limit) for limit in kind.limits]
        parts.append(_table(("severity", "when", "because"), rows))
    if kind.options:
        rows = [(f"`{name}`", str(option)) for name, option in kind.options.items()]
        parts.append(_table(("option in a fleet file", "meaning"), rows))
    return "\n".join(parts)


def _field(field: Field) -> tuple[str, ...]:
    numeric = field.type in {FieldType.GAUGE, FieldType.COUNTER}
    meaning = field.title
    if field.states:
        meaning += f": {', '.join(field.states)}"
    meaning += "."
    if field.modulus:
        meaning += f" Rolls over at {number(field.modulus)}."
    meaning = " ".join(filter(None, (meaning, field.note, f"({field.code})" if field.code else "")))
    return (
        f"`{field.name}`",
        field.type,
        field.unit,
        value_range(field.hard) if numeric else "",
        value_range(field.typical) if field.typical else "",
        number(field.resolution) if field.resolution else "",
        meaning,
    )


def _limit(kind: Kind, limit: Limit) -> tuple[str, ...]:
    unit = kind.fields[kind.column[limit.field]].unit
    return limit.severity, f"`{limit.field}` {condition(limit, unit)}", limit.source


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |\n" for row in lines
    )

"""Names of series: what a board writes as `{device} {column}`, in the ways that Grafana wants it.

A column is called by the panel's heading for it from the query on, so that Grafana never sees
another name. A tag keeps its name, by which links find it, and is only shown by its heading.
"""

import re
from dataclasses import replace

from dashboards.model.panel import Panel, Target
from dashboards.model.query import Query

_BLANK = re.compile(r"\{(\w+)\}")
_COLUMN = "column"


def heading_of(panel: Panel, name: str) -> str:
    """Return what a panel calls a column or tag."""
    return dict(panel.headings).get(name, name)


def with_headings(panel: Panel, query: Query) -> Query:
    """Return a query whose columns are called by headings; inner ones keep their names."""
    columns = tuple(
        replace(column, name=heading_of(panel, column.name)) for column in query.columns
    )
    return replace(query, columns=columns)


def alias(legend: str) -> str:
    """Return the name of series as InfluxDB's data source fills it in."""
    return _BLANK.sub(lambda blank: f"[[{_influx_name(blank[1])}]]", legend)


def prometheus_legend(legend: str) -> str:
    """Return the name of series as Prometheus' data source fills it in."""
    return _BLANK.sub(r"{{\1}}", legend)


def row_name(legend: str) -> str:
    """Return the name of a table's row as Grafana fills it in from the row's cells."""
    return _BLANK.sub(
        lambda blank: "${__field.name}" if blank[1] == _COLUMN else cell(blank[1]), legend
    )


def cell(column: str) -> str:
    """Return the value of another cell of the same row."""
    return f'${{__data.fields["{column}"]}}'


def matches(target: Target, heading: str) -> str:
    """Return a regular expression for the names of a column's series."""
    parts = _BLANK.split(target.legend)
    # Every other part is the name in a blank.
    pattern = "".join(
        _escaped(part) if at % 2 == 0 else _escaped(heading) if part == _COLUMN else ".*"
        for at, part in enumerate(parts)
    )
    return f"/^{pattern}$/"


def _influx_name(blank: str) -> str:
    return "col" if blank == _COLUMN else f"tag_{blank}"


def _escaped(text: str) -> str:
    return re.sub(r"[\\^$*+?.()|[\]{}/]", r"\\\g<0>", text)

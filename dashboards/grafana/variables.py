"""What can be chosen on a board, and the tier, which follows from the time range."""

from collections.abc import Iterator

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.datasources import INFLUXDB, datasource_variable
from dashboards.grafana.influxql import influxql_of_values, quoted
from dashboards.grafana.wording import TIER, Macros
from dashboards.model.board import Board
from dashboards.model.query import Database
from dashboards.model.tiers import TIERS_MEASUREMENT
from dashboards.model.variable import Variable

ALL = ".*"
"""What stands for all values in a regular expression; their list might be very long."""


def variables_of(board: Board, macros: Macros) -> list[sdk.VariableModel]:
    """Return the data source, the tier where the board needs it, and the board's own variables."""
    variables = [datasource_variable(board), *_tier(board, macros), *_own(board, macros)]
    for variable in variables:
        # The SDK says of every variable what only intervals have.
        variable.auto = variable.auto_min = variable.auto_count = None
    return variables


def _tier(board: Board, macros: Macros) -> Iterator[sdk.VariableModel]:
    tiered = any(target.query.source.tiered for panel in board.panels for target in panel.targets)
    if not tiered:
        return
    rows = f"{quoted(macros.buckets[Database.ROLLUP])}..{quoted(TIERS_MEASUREMENT)}"
    parts = [
        'SELECT "tier"',
        f"FROM {rows}",
        'WHERE "longest_ms" >= ${__to} - ${__from}',
        "LIMIT 1",
    ]
    yield (
        build.QueryVariable(TIER)
        .hide(sdk.VariableHide.HIDE_VARIABLE)
        .datasource(INFLUXDB)
        .query(" ".join(parts))
        .refresh(sdk.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .build()
    )


def _own(board: Board, macros: Macros) -> Iterator[sdk.VariableModel]:
    for variable in board.variables:
        yield _fixed(variable) if variable.fixed else _asked(variable, macros)


def _fixed(variable: Variable) -> sdk.VariableModel:
    chosen = build.CustomVariable(variable.name).label(variable.label)
    chosen = chosen.values(",".join(variable.fixed)).multi(variable.several)
    if variable.several:
        return chosen.include_all(include_all=True).all_value(ALL).current(_all()).build()
    first = variable.fixed[0]
    return chosen.current(sdk.VariableOption(selected=True, text=first, value=first)).build()


def _asked(variable: Variable, macros: Macros) -> sdk.VariableModel:
    chosen = (
        build.QueryVariable(variable.name)
        .label(variable.label)
        .datasource(INFLUXDB)
        .query(influxql_of_values(variable, macros))
        .refresh(sdk.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(sdk.VariableSort.ALPHABETICAL_ASC)
        .multi(variable.several)
    )
    if variable.several:
        chosen = chosen.include_all(include_all=True).all_value(ALL).current(_all())
    return chosen.build()


def _all() -> sdk.VariableOption:
    return sdk.VariableOption(selected=True, text=["All"], value=["$__all"])

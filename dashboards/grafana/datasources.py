"""Data sources: which one is for the person to choose, on each board."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableModel

from dashboards.model.board import Board

VARIABLE = "datasource"
INFLUXDB = DataSourceRef(type_val="influxdb", uid=f"${{{VARIABLE}}}")
PROMETHEUS = DataSourceRef(type_val="prometheus", uid=f"${{{VARIABLE}}}")


def datasource_of(board: Board) -> DataSourceRef:
    """Return what a board asks."""
    return PROMETHEUS if board.asks_prometheus else INFLUXDB


def datasource_variable(board: Board) -> VariableModel:
    """Return the choice of the data source, of those that speak the right language."""
    datasource = datasource_of(board)
    return (
        build.DatasourceVariable(VARIABLE)
        .label("Data source")
        .type(datasource.type_val or "")
        .build()
    )

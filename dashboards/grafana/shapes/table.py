"""Rows and columns."""

from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.transformations import as_one_table
from dashboards.model.panel import Panel


def table(panel: Panel) -> sdk.Panel:
    """Return the rows of all targets, one below the other."""
    return (
        tables.Panel()
        .cell_height(common.TableCellHeight.SM)
        .show_header(show_header=True)
        .transformations(as_one_table(panel) if panel.targets else [])
        .build()
    )

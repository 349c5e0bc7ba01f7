"""Rows and columns."""

from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk
from grafana_foundation_sdk.models.table import Options

from dashboards.grafana.legends import heading_of
from dashboards.grafana.transformations import as_one_table
from dashboards.model.panel import Panel


def table(panel: Panel) -> sdk.Panel:
    """Return the rows of all targets, one below the other."""
    made = tables.Panel().transformations(as_one_table(panel) if panel.targets else []).build()
    options = Options(cell_height=common.TableCellHeight.SM)
    # The SDK says that there is none, in words that Grafana 13 has forgotten.
    options.footer = None
    options.sort_by = _order(panel) or None
    made.options = options
    return made


def _order(panel: Panel) -> list[common.TableSortByFieldState]:
    """Return how rows are sorted at first, by what people read above the columns."""
    return [
        common.TableSortByFieldState(display_name=heading_of(panel, name), desc=False)
        for name in panel.sorted_by
    ]

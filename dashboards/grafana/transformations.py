"""What Grafana does with answers before it shows them, where InfluxQL cannot."""

from grafana_foundation_sdk.models.dashboard import DataTransformerConfig

from dashboards.grafana.fields import TIME
from dashboards.grafana.legends import heading_of
from dashboards.grafana.targets import KIND_OF_ROW, tells_rows_apart
from dashboards.model.panel import Panel
from dashboards.model.query import Function, Query


def sorted_by_first_column(panel: Panel, query: Query) -> list[DataTransformerConfig]:
    """Return what puts the greatest row on top, or the least where those are asked for."""
    by = {"field": heading_of(panel, query.columns[0].name), "desc": not query.least}
    return [DataTransformerConfig(id_val="sortBy", options={"sort": [by]})]


def as_one_table(panel: Panel) -> list[DataTransformerConfig]:
    """Return what makes one table of the answers to all targets, without times that say nothing."""
    first = panel.targets[0].query
    steps = []
    if len(panel.targets) > 1:
        steps.append(DataTransformerConfig(id_val="merge", options={}))
    if first.most:
        steps += sorted_by_first_column(panel, first)
    return [*steps, DataTransformerConfig(id_val="organize", options=_columns(panel, first))]


def _columns(panel: Panel, query: Query) -> dict[str, object]:
    timeless = query.columns[0].function is not Function.EVERY and not query.over_time
    row = [heading_of(panel, KIND_OF_ROW)] if tells_rows_apart(panel) else []
    names = [TIME, *row, *query.by, *(heading_of(panel, each.name) for each in query.columns)]
    return {
        "excludeByName": {TIME: True} if timeless else {},
        "indexByName": {name: place for place, name in enumerate(names)},
        "renameByName": {},
    }

"""Values as colours: a row for each series, a column for each interval."""

from grafana_foundation_sdk.builders import heatmap
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode, HeatmapColorScale

from dashboards.grafana.units import unit_id
from dashboards.model.panel import Panel

SCHEME, COLOURS = "Viridis", 64
"""Goes from dark blue to yellow, so that brightness alone tells values apart."""

BELOW_ALL = -1e9
"""Up to this Grafana draws no cell; unless told otherwise that is 0, which is a temperature."""


def heat_map(panel: Panel) -> sdk.Panel:
    """Return one row a series; Grafana computes no buckets."""
    colour = (
        heatmap.HeatmapColorOptions()
        .mode(HeatmapColorMode.SCHEME)
        .scheme(SCHEME)
        .scale(HeatmapColorScale.LINEAR)
        .steps(COLOURS)
    )
    if panel.look.low is not None:
        colour = colour.min(panel.look.low)
    if panel.look.high is not None:
        colour = colour.max(panel.look.high)
    values = heatmap.CellValues().unit(unit_id(panel.look.unit))
    if panel.look.decimals is not None:
        values = values.decimals(panel.look.decimals)
    return (
        heatmap.Panel()
        .calculate(calculate=False)
        .filter_values(heatmap.FilterValueRange().le(BELOW_ALL))
        .color(colour)
        .cell_values(values)
        .rows_frame(heatmap.RowsHeatmapOptions().layout(common.HeatmapCellLayout.AUTO))
        .show_legend()
        .mode(common.TooltipDisplayMode.SINGLE)
        .build()
    )

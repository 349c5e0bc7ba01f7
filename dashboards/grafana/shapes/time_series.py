"""Lines and areas over time."""

from grafana_foundation_sdk.builders import common as build
from grafana_foundation_sdk.builders import timeseries
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.shapes.gaps import bridged
from dashboards.model.panel import Panel

FILLED, STACKED = 15, 70
"""Opacity of areas, per cent; those that stand on one another hide nothing."""


def time_series(panel: Panel) -> sdk.Panel:
    """Return lines, or areas; limits are lines with the bad side coloured."""
    drawn = (
        timeseries.Panel()
        .line_width(0 if _has_layers(panel) else 1)
        .fill_opacity(STACKED if panel.stacked else FILLED if panel.filled else 0)
        .show_points(common.VisibilityMode.AUTO)
        .span_nulls(bridged(panel))
        .legend(_legend())
        .tooltip(_tooltip())
    )
    if panel.stacked:
        drawn = drawn.stacking(build.StackingConfig().mode(common.StackingMode.NORMAL))
    if panel.look.thresholds:
        style = common.GraphThresholdsStyleMode.LINE_AND_AREA
        drawn = drawn.thresholds_style(build.GraphThresholdsStyleConfig().mode(style))
    return drawn.build()


def _has_layers(panel: Panel) -> bool:
    """Tell whether areas lie on one another; edges would show those that have no height."""
    columns = sum(len(target.query.columns) for target in panel.targets)
    by = any(target.query.by for target in panel.targets)
    return panel.stacked and (columns > 1 or by or bool(panel.prom_targets))


def _legend() -> build.VizLegendOptions:
    return (
        build.VizLegendOptions()
        .show_legend(show_legend=True)
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
    )


def _tooltip() -> build.VizTooltipOptions:
    return (
        build.VizTooltipOptions()
        .mode(common.TooltipDisplayMode.MULTI)
        .sort(common.SortOrder.DESCENDING)
    )

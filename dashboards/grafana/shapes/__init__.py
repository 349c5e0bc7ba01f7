"""The shapes of panels, each as Grafana's panel of that name."""

from collections.abc import Callable, Mapping

from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.shapes.heat_map import heat_map
from dashboards.grafana.shapes.numbers import bar_gauge, gauge, stat
from dashboards.grafana.shapes.state_timeline import state_timeline
from dashboards.grafana.shapes.table import table
from dashboards.grafana.shapes.text import text
from dashboards.grafana.shapes.time_series import time_series
from dashboards.model.panel import Panel, Shape

SHAPES: Mapping[Shape, Callable[[Panel], sdk.Panel]] = {
    Shape.BAR_GAUGE: bar_gauge,
    Shape.GAUGE: gauge,
    Shape.HEAT_MAP: heat_map,
    Shape.STAT: stat,
    Shape.STATE_TIMELINE: state_timeline,
    Shape.TABLE: table,
    Shape.TEXT: text,
    Shape.TIME_SERIES: time_series,
}
"""What makes a panel of each shape: its options, without what all panels have in common."""

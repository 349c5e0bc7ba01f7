"""A panel as Grafana keeps it: its shape's options, and what all panels have in common."""

from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.datasources import datasource_of
from dashboards.grafana.fields import defaults, overrides
from dashboards.grafana.links import data_links
from dashboards.grafana.shapes import SHAPES
from dashboards.grafana.shapes.gaps import least_interval_s
from dashboards.grafana.targets import queries
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board, Place
from dashboards.model.panel import Panel, Shape


def panel_of(board: Board, panel: Panel, macros: Macros) -> sdk.Panel:
    """Return a panel of a board, without place and number."""
    made = SHAPES[panel.shape](panel)
    made.title = panel.title
    made.description = _description(panel)
    if panel.shape is Shape.TEXT:
        return made
    made.datasource = datasource_of(board)
    made.targets = queries(panel, macros)
    made.field_config = _field_config(board, panel, made.field_config)
    if interval_s := least_interval_s(panel):
        made.interval = f"{interval_s:g}s"
    if panel.shift_s:
        made.time_shift = f"{round(panel.shift_s / 3600)}h"
    return made


def grid_pos(place: Place) -> sdk.GridPos:
    """Return a place as Grafana has it."""
    return sdk.GridPos(x=place.x, y=place.y, w=place.width, h=place.height)


def _description(panel: Panel) -> str:
    """Return what a panel says of itself, and whose limits it draws."""
    reasons = dict.fromkeys(each.reason for each in panel.look.thresholds if each.reason)
    return f"{panel.description}\n\nLimits: {'; '.join(reasons)}." if reasons else panel.description


def _field_config(
    board: Board, panel: Panel, of_shape: sdk.FieldConfigSource | None
) -> sdk.FieldConfigSource:
    custom = of_shape.defaults.custom if of_shape else None
    common = defaults(panel, data_links(board, panel), custom)
    common.display_name = of_shape.defaults.display_name if of_shape else None
    return sdk.FieldConfigSource(defaults=common, overrides=overrides(panel))

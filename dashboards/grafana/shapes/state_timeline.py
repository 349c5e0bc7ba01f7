"""States over time, a row for each thing."""

from grafana_foundation_sdk.builders import common as build
from grafana_foundation_sdk.builders import statetimeline
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk
from grafana_foundation_sdk.models.statetimeline import FieldConfig

from dashboards.grafana.shapes.gaps import bridged
from dashboards.model.panel import Panel

OPAQUE = 90


class Options(FieldConfig):
    """Options of a row, with the one that the SDK forgot: when a gap is none."""

    def __init__(self, *, span_nulls: bool | float) -> None:
        super().__init__(fill_opacity=OPAQUE, line_width=0)
        self.span_nulls = span_nulls

    def to_json(self) -> dict[str, object]:
        """Return them as they stand in a dashboard."""
        return super().to_json() | {"spanNulls": self.span_nulls}


def state_timeline(panel: Panel) -> sdk.Panel:
    """Return bars as long as states last; a gap stays empty."""
    made = (
        statetimeline.Panel()
        .merge_values(merge_values=True)
        .show_value(common.VisibilityMode.NEVER)
        .align_value(common.TimelineValueAlignment.LEFT)
        .row_height(0.9)
        .legend(
            build.VizLegendOptions()
            .show_legend(show_legend=True)
            .display_mode(common.LegendDisplayMode.LIST)
            .placement(common.LegendPlacement.BOTTOM)
        )
        .build()
    )
    options = Options(span_nulls=bridged(panel))
    made.field_config = sdk.FieldConfigSource(defaults=sdk.FieldConfig(custom=options))
    return made

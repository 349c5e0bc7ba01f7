"""Numbers: one alone, on a dial, or as bars one below the other."""

from grafana_foundation_sdk.builders import bargauge
from grafana_foundation_sdk.builders import common as build
from grafana_foundation_sdk.builders import gauge as gauges
from grafana_foundation_sdk.builders import stat as stats
from grafana_foundation_sdk.models import common
from grafana_foundation_sdk.models import dashboard as sdk

from dashboards.grafana.fields import TIME
from dashboards.grafana.legends import row_name
from dashboards.grafana.transformations import sorted_by_first_column
from dashboards.model.panel import Panel

LATEST = "lastNotNull"
ALL_BUT_TIME = f"/^(?!{TIME}$).*/"
"""Which fields are shown where words are; otherwise only numbers are."""


def stat(panel: Panel) -> sdk.Panel:
    """Return the latest value, with its course behind it."""
    coloured = bool(panel.look.thresholds or panel.look.words)
    numeric = _fields(panel) == ""
    over_time = any(target.query.over_time for target in panel.targets) or panel.prom_targets
    graph = common.BigValueGraphMode.AREA if over_time and numeric else None
    return (
        stats.Panel()
        .reduce_options(_reduced(panel))
        .color_mode(
            common.BigValueColorMode.BACKGROUND if coloured else common.BigValueColorMode.VALUE
        )
        .graph_mode(graph or common.BigValueGraphMode.NONE)
        .text_mode(common.BigValueTextMode.AUTO)
        .build()
    )


def gauge(panel: Panel) -> sdk.Panel:
    """Return the latest value between its least and its greatest."""
    return (
        gauges.Panel()
        .reduce_options(_reduced(panel))
        .show_threshold_markers(show_threshold_markers=True)
        .build()
    )


def bar_gauge(panel: Panel) -> sdk.Panel:
    """Return horizontal bars, one a series, or one a row with the greatest on top."""
    bars = (
        bargauge.Panel()
        .reduce_options(_reduced(panel))
        .orientation(common.VizOrientation.HORIZONTAL)
        .display_mode(common.BarGaugeDisplayMode.GRADIENT)
        .value_mode(common.BarGaugeValueMode.COLOR)
    )
    ranked = next((target for target in panel.targets if target.query.most), None)
    if ranked:
        bars = bars.display_name(row_name(ranked.legend))
        bars = bars.transformations(sorted_by_first_column(panel, ranked.query))
    return bars.build()


def _reduced(panel: Panel) -> build.ReduceDataOptions:
    options = build.ReduceDataOptions().fields(_fields(panel))
    most = max((target.query.most for target in panel.targets), default=0)
    return options.values(values=True).limit(most) if most else options.calcs([LATEST])


def _fields(panel: Panel) -> str:
    words = panel.look.words
    return "" if all(word.value.isdecimal() for word in words) else ALL_BUT_TIME

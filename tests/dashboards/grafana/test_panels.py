"""How looks, legends and links of panels become Grafana's."""

from typing import Any

import pytest

from dashboards.grafana.legends import alias, matches, prometheus_legend, row_name
from dashboards.grafana.panels import panel_of
from dashboards.grafana.targets import ref_id
from dashboards.grafana.thresholds import steps
from dashboards.grafana.units import unit_id
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board, Section
from dashboards.model.look import SEVERITY_COLOURS, Colour, Look, Threshold, Word
from dashboards.model.panel import Link, Panel, Shape, Target
from dashboards.model.query import Column, Database, Fill, Function, Query, Source
from dashboards.model.variable import Variable
from devices.schema import Severity
from tests.dashboards.grafana.grafana import plain

RAW = Source(database=Database.RAW, measurement="pdu", tiered=False, spacing_s=10.0)
MEAN = Column(field="load_pct", function=Function.MEAN, name="mean")
MAX = Column(field="load_pct", function=Function.MAX, name="max")
OVER_TIME = Target(query=Query(source=RAW, columns=(MEAN,), by=("site", "device")))
WARNING, CRITICAL = SEVERITY_COLOURS[Severity.WARNING], SEVERITY_COLOURS[Severity.CRITICAL]


def drawn(shape: Shape, *targets: Target, **said: Any) -> dict[str, Any]:
    panel = Panel(shape=shape, title="T", description="D", targets=targets or (OVER_TIME,), **said)
    board = Board(
        uid="b",
        title="B",
        question="?",
        sections=(Section(title="S", panels=(panel,)),),
        variables=(
            Variable(name="site", label="Site", tag="site", source=RAW),
            Variable(name="family", label="Family", fixed=("ski",)),
        ),
    )
    return plain(panel_of(board, panel, Macros()))


def limit(value: float, severity: Severity, *, below: bool = False) -> Threshold:
    return Threshold(value=value, severity=severity, below=below)


def edges(*thresholds: Threshold) -> list[tuple[float | None, str]]:
    return [(step.value, step.color) for step in steps(thresholds, "plain").steps]


def test_values_between_limits_are_ordinary_and_those_beyond_have_their_colours():
    assert edges(
        limit(27, Severity.WARNING),
        limit(32, Severity.CRITICAL),
        limit(18, Severity.WARNING, below=True),
        limit(15, Severity.CRITICAL, below=True),
    ) == [(None, CRITICAL), (15, WARNING), (18, "plain"), (27, WARNING), (32, CRITICAL)]


def test_the_worst_of_several_limits_colours_a_value():
    assert edges(limit(10, Severity.CRITICAL), limit(20, Severity.INFO)) == [
        (None, "plain"),
        (10, CRITICAL),
        (20, CRITICAL),
    ]


def test_without_limits_all_values_are_ordinary():
    assert edges() == [(None, "plain")]


def test_limits_are_lines_with_their_bad_side_coloured_and_explained():
    look = Look(
        thresholds=(Threshold(value=80, severity=Severity.WARNING, reason="80 % of the breaker"),)
    )
    panel = drawn(Shape.TIME_SERIES, look=look)
    assert panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"] == {"mode": "line+area"}
    assert panel["description"] == "D\n\nLimits: 80 % of the breaker."


def test_a_legend_is_filled_in_by_the_data_source():
    assert alias("{device} {column}") == "[[tag_device]] [[col]]"
    assert prometheus_legend("{reason} of {instance}") == "{{reason}} of {{instance}}"
    assert row_name("{device}") == '${__data.fields["device"]}'


def test_the_series_of_a_column_are_found_whatever_their_tags():
    target = Target(query=OVER_TIME.query, legend="{device}: {column} (%)")
    assert matches(target, "Load") == r"/^.*: Load \(%\)$/"


def test_columns_are_called_by_their_headings_from_the_query_on():
    panel = drawn(Shape.TIME_SERIES, headings=(("mean", "Load"),))
    assert 'AS "Load"' in panel["targets"][0]["query"]


def test_tags_are_shown_by_their_headings_and_keep_their_names():
    query = Query(source=RAW, columns=(MEAN,), by=("device",), over_time=False)
    panel = drawn(Shape.TABLE, Target(query=query), headings=(("device", "Rack"),))
    (override,) = panel["fieldConfig"]["overrides"]
    assert override["matcher"] == {"id": "byName", "options": "device"}
    assert override["properties"] == [{"id": "displayName", "value": "Rack"}]


def test_rows_of_several_targets_say_which_one_they_are_of():
    query = Query(source=RAW, columns=(MEAN,), by=("site",), over_time=False)
    targets = (Target(query=query, legend="UPS"), Target(query=query, legend="PDU"))
    panel = drawn(Shape.TABLE, *targets, headings=(("legend", "Kind"),))
    assert '* 0 + 1 AS "Kind"' in panel["targets"][1]["query"]
    (override,) = panel["fieldConfig"]["overrides"]
    (mapping,) = override["properties"][0]["value"]
    assert {key: each["text"] for key, each in mapping["options"].items()} == {
        "0": "UPS",
        "1": "PDU",
    }


def test_a_table_shows_times_only_where_rows_have_their_own():
    timeless = Query(source=RAW, columns=(MEAN,), over_time=False)
    every = Column(field="load_pct", function=Function.EVERY, name="load")
    with_times = Query(source=RAW, columns=(every,), newest=5)
    shown = [
        drawn(Shape.TABLE, Target(query=query))["transformations"][-1]["options"]["excludeByName"]
        for query in (timeless, with_times)
    ]
    assert shown == [{"Time": True}, {}]


def test_a_table_is_sorted_by_what_people_read_above_its_columns():
    query = Query(source=RAW, columns=(MEAN,), by=("site",), over_time=False)
    headings = (("mean", "Load"),)
    panel = drawn(Shape.TABLE, Target(query=query), headings=headings, sorted_by=("mean", "site"))
    assert panel["options"]["sortBy"] == [
        {"displayName": "Load", "desc": False},
        {"displayName": "site", "desc": False},
    ]


@pytest.mark.parametrize("order", ["greatest", "least"])
def test_bars_are_sorted_as_the_rows_are_chosen(order: str):
    least = order == "least"
    query = Query(source=RAW, columns=(MEAN,), by=("device",), over_time=False, most=5, least=least)
    panel = drawn(Shape.BAR_GAUGE, Target(query=query, legend="{device}"))
    (sort,) = panel["transformations"]
    assert sort["options"] == {"sort": [{"field": "mean", "desc": not least}]}
    assert panel["options"]["reduceOptions"]["limit"] == 5
    assert panel["fieldConfig"]["defaults"]["displayName"] == '${__data.fields["device"]}'


def test_a_link_takes_time_data_source_tags_and_the_other_choices_along():
    link = Link(board="device-{kind}", title="Go", variables=(("site", "site"),))
    panel = drawn(Shape.TIME_SERIES, link=link)
    (made,) = panel["fieldConfig"]["defaults"]["links"]
    assert made["url"] == (
        "/d/device-${__field.labels.kind}?${__url_time_range}&${datasource:queryparam}"
        "&var-site=${__field.labels.site}&${family:queryparam}"
    )


def test_a_link_of_a_row_takes_its_cells_along():
    query = Query(source=RAW, columns=(MEAN,), by=("site",), over_time=False)
    link = Link(board="b", title="Go", variables=(("site", "site"),))
    panel = drawn(Shape.TABLE, Target(query=query), link=link)
    (made,) = panel["fieldConfig"]["defaults"]["links"]
    assert 'var-site=${__data.fields["site"]}' in made["url"]


def test_intervals_are_never_shorter_than_readings_are_apart():
    assert drawn(Shape.TIME_SERIES)["interval"] == "10s"


@pytest.mark.parametrize("shape", [Shape.TIME_SERIES, Shape.STATE_TIMELINE])
def test_a_late_reading_is_no_gap_but_three_that_are_missing_are(shape: Shape):
    query = Query(source=RAW, columns=(MEAN,), fill=Fill.NONE)
    panel = drawn(shape, Target(query=query))
    assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] == 30_000
    assert "fill(null)" in panel["targets"][0]["query"]


def test_a_window_without_a_row_is_a_gap():
    windows = Source(database=Database.ROLLUP, measurement="pdu", tiered=True)
    panel = drawn(Shape.TIME_SERIES, Target(query=Query(source=windows, columns=(MEAN,))))
    assert panel["fieldConfig"]["defaults"]["custom"]["spanNulls"] is False
    assert "interval" not in panel


def test_words_have_their_texts_and_colours():
    words = (Word(value="OB", text="on battery", colour=Colour.ORANGE),)
    panel = drawn(Shape.STATE_TIMELINE, look=Look(words=words))
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    assert mapping["options"] == {"OB": {"text": "on battery", "color": Colour.ORANGE, "index": 0}}


@pytest.mark.parametrize(("value", "fields"), [("OB", "/^(?!Time$).*/"), ("1", "")])
def test_a_stat_shows_texts_where_its_words_are_texts(value: str, fields: str):
    words = (Word(value=value, text="on battery", colour=Colour.ORANGE),)
    panel = drawn(Shape.STAT, look=Look(words=words))
    assert panel["options"]["reduceOptions"]["fields"] == fields


def test_lines_that_a_board_names_have_colours_that_can_be_told_apart():
    panel = drawn(Shape.TIME_SERIES, Target(query=Query(source=RAW, columns=(MEAN, MAX))))
    colours = {
        override["matcher"]["options"]: override["properties"][0]["value"]["fixedColor"]
        for override in panel["fieldConfig"]["overrides"]
    }
    assert colours == {"/^mean$/": Colour.BLUE, "/^max$/": Colour.ORANGE}


def test_a_line_that_counts_a_state_has_the_states_colour():
    words = (Word(value="mean", text="fault", colour=Colour.VERMILION),)
    panel = drawn(
        Shape.TIME_SERIES,
        Target(query=Query(source=RAW, columns=(MEAN,))),
        look=Look(words=words),
        headings=(("mean", "fault"),),
    )
    (override,) = panel["fieldConfig"]["overrides"]
    assert override["properties"][0]["value"]["fixedColor"] == Colour.VERMILION


@pytest.mark.parametrize(("columns", "edge"), [((MEAN,), 1), ((MEAN, MAX), 0)])
def test_an_area_has_an_edge_only_where_none_lies_on_it(columns: tuple[Column, ...], edge: int):
    query = Query(source=RAW, columns=columns)
    panel = drawn(Shape.TIME_SERIES, Target(query=query), stacked=True)
    assert panel["fieldConfig"]["defaults"]["custom"]["lineWidth"] == edge


def test_a_panel_of_yesterday_is_shifted():
    assert drawn(Shape.TIME_SERIES, shift_s=86_400.0)["timeShift"] == "24h"


def test_an_empty_answer_that_says_something_is_shown_as_it():
    assert drawn(Shape.STAT, look=Look(empty="0"))["fieldConfig"]["defaults"]["noValue"] == "0"


def test_targets_are_lettered_beyond_z():
    assert [ref_id(number) for number in (0, 25, 26, 51, 52)] == ["A", "Z", "AA", "AZ", "BA"]


def test_a_unit_that_was_never_shown_is_refused():
    with pytest.raises(ValueError, match="'furlong'"):
        unit_id("furlong")

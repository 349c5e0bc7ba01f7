"""A board of devices for each kind, made from the kind alone."""

from dataclasses import replace

import pytest

from dashboards.boards import all_boards
from dashboards.boards.device import boards
from dashboards.facts import Facts
from dashboards.model.board import Board
from dashboards.model.look import Threshold
from dashboards.model.panel import Panel, Shape
from devices.registry import kinds
from devices.schema import Kind, Severity, boolean, counter, gauge, state
from tests.dashboards.boards.built import BY_UID, FACTS

NEW = replace(
    kinds()["air_quality"],
    name="noise_meter",
    title="Noise meter",
    fields=(
        gauge("wind_speed_mps", "Wind speed", hard=(0, 75), resolution=0.1),
        gauge("wind_direction_deg", "Direction", hard=(0, 360), resolution=1, circular=True),
        gauge("tilt_deg", "Tilt", hard=(0, 90), resolution=1),
        counter("events_total", "Events", modulus=1e6, resolution=1),
        state("mode_state", "Mode", "asleep", "listening"),
        boolean("case_open", "Case open"),
    ),
    limits=(),
)


def device_board(kind: Kind, **thresholds: Threshold) -> Board:
    limits = {(kind.name, field): (limit,) for field, limit in thresholds.items()}
    return boards(Facts(kinds={kind.name: kind}, thresholds=limits), above=())[0]


def section(board: Board, title: str) -> tuple[Panel, ...]:
    return next(each.panels for each in board.sections if each.title == title)


def fields(panel: Panel) -> list[str]:
    return [column.field for target in panel.targets for column in target.query.columns]


def test_a_new_kind_has_a_board_at_once():
    facts = Facts(kinds={**kinds(), NEW.name: NEW}, thresholds={})
    board = next(each for each in all_boards(facts) if each.uid == "snowgrid-device-noise_meter")
    assert (board.title, board.listed, board.up) == ("Noise meter", False, "snowgrid-region")
    assert all(each.source for each in board.variables)


@pytest.mark.parametrize(
    ("kind", "question"),
    [("rack_sensor", "How is this rack sensor doing?"), ("ups", "How is this UPS doing?")],
)
def test_a_board_asks_about_its_kind_in_a_plain_sentence(kind: str, question: str):
    assert BY_UID[f"snowgrid-device-{kind}"].question == question


def test_a_new_kind_is_heard_on_the_region_board():
    facts = Facts(kinds={**kinds(), NEW.name: NEW}, thresholds={})
    heard = next(panel for panel in all_boards(facts)[0].panels if panel.title.startswith("Devi"))
    assert "Noise meter" in [target.legend for target in heard.targets]


@pytest.mark.parametrize("kind", kinds().values(), ids=[*kinds()])
def test_every_field_is_drawn_exactly_once(kind):
    board = BY_UID[f"snowgrid-device-{kind.name}"]
    drawn = [
        field
        for each in board.sections
        if each.title in {"Measurements", "States", "Registers"}
        for panel in each.panels
        for field in fields(panel)
    ]
    assert sorted(drawn) == sorted(kind.column)


def test_directions_do_not_share_a_panel_with_angles():
    assert [fields(panel) for panel in section(device_board(NEW), "Measurements")] == [
        ["wind_speed_mps"],
        ["wind_direction_deg"],
        ["tilt_deg"],
    ]


def test_phases_with_one_limit_share_a_panel():
    panels = section(BY_UID["snowgrid-device-feeder"], "Measurements")
    assert fields(panels[0]) == ["voltage_l1_v", "voltage_l2_v", "voltage_l3_v"]


def test_a_field_with_a_limit_of_its_own_has_a_panel_of_its_own():
    limit = Threshold(value=5.0, severity=Severity.WARNING)
    kind = replace(NEW, fields=(NEW.fields[0], replace(NEW.fields[0], name="wind_gust_mps")))
    together = section(device_board(kind), "Measurements")
    apart = section(device_board(kind, wind_gust_mps=limit), "Measurements")
    assert [len(fields(panel)) for panel in together] == [2]
    assert [len(fields(panel)) for panel in apart] == [1, 1]
    assert apart[1].look.thresholds == (limit,)


def test_quantities_without_a_unit_do_not_share_a_panel():
    panels = section(BY_UID["snowgrid-device-smart_meter"], "Measurements")
    assert ["power_factor"] in [fields(panel) for panel in panels]


def test_a_kind_without_states_has_no_empty_section():
    kind = replace(NEW, fields=NEW.fields[:1])
    titles = [each.title for each in device_board(kind).sections]
    assert titles == ["Now", "Measurements", "Heard"]


def test_the_last_message_shows_every_field_with_its_unit_and_words():
    table = section(device_board(NEW), "Now")[0]
    looks = dict(table.looks)
    assert table.shape is Shape.TABLE
    assert looks["wind_speed_mps"].unit == "m/s"
    assert [word.text for word in looks["mode_state"].words] == ["asleep", "listening"]
    assert dict(table.headings)["case_open"] == "Case open"


def test_alerts_of_a_device_are_those_of_its_kind_too():
    table = section(device_board(NEW), "Now")[1]
    inner = table.targets[0].query.inner
    assert inner is not None
    assert ("kind", (NEW.name,)) in [(each.name, each.values) for each in inner.where]


def test_what_is_usual_stands_in_the_description():
    panels = section(BY_UID["snowgrid-device-rack_sensor"], "Measurements")
    assert panels[0].description.startswith("Inlet temperature, on ordinary days 18 to 27 °C.")


def test_facts_of_kinds_alone_suffice():
    assert len(boards(FACTS, above=())) == len(kinds())


@pytest.mark.parametrize(
    ("gauges", "widths"),
    [
        (1, [24]),
        (2, [12, 12]),
        (3, [8, 8, 8]),
        (4, [12, 12, 12, 12]),
        (5, [8, 8, 8, 12, 12]),
        (7, [8, 8, 8, 12, 12, 12, 12]),
    ],
)
def test_no_panel_of_many_has_a_row_for_itself(gauges, widths):
    fields = tuple(
        gauge(f"part{n}_ratio", "Part", hard=(0, 1), resolution=0.1) for n in range(gauges)
    )
    panels = section(device_board(replace(NEW, fields=fields)), "Measurements")
    assert [panel.width for panel in panels] == widths

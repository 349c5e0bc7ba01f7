"""Queries and looks of a kind."""

from dataclasses import replace

import pytest

from dashboards.asking.subject import TOP, summed
from dashboards.asking.words import TEXTS
from dashboards.facts import Facts
from dashboards.model.look import SEVERITY_COLOURS, Colour, Threshold
from dashboards.model.query import Database, Fill, Function
from devices.registry import kinds
from devices.schema import Severity
from tests.dashboards.declared import declared_facts

FACTS = declared_facts()
METERS = FACTS.about("smart_meter")
GAS = FACTS.about("gas_meter")
TURBINES = FACTS.about("wind_turbine")
UPS = FACTS.about("ups")


def test_an_unknown_kind_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"no kind 'smart_metre': air_quality, "):
        FACTS.about("smart_metre")


def test_an_unknown_field_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"smart_meter: no field 'voltage_v': voltage_l1_v, "):
        METERS.site("voltage_v", "mean")


def test_columns_are_called_by_their_statistic():
    query = METERS.site("voltage_l1_v", "p05", "p95")
    assert [(column.field, column.name) for column in query.columns] == [
        ("voltage_l1_v_p05", "p05"),
        ("voltage_l1_v_p95", "p95"),
    ]


def test_kinds_that_report_every_minute_are_read_by_windows_that_fit_the_range():
    source = METERS.site("active_power_w", "sum").source
    assert (source.measurement, source.tiered, source.spacing_s) == ("smart_meter_site", True, 0)


def test_kinds_that_report_seldom_are_read_by_windows_that_hold_every_device():
    source = GAS.site("gas_flow_m3h", "sum").source
    assert (source.measurement, source.tiered) == ("gas_meter_site_15m", False)
    assert source.spacing_s == GAS.kind.interval_s


@pytest.mark.parametrize(
    ("subject", "measurement"),
    [
        (TURBINES, "wind_turbine_site_1m"),
        (METERS, "smart_meter_site_1m"),
        (GAS, "gas_meter_site_15m"),
    ],
    ids=["every 10 s", "every minute", "every quarter of an hour"],
)
def test_devices_are_heard_in_the_shortest_windows_that_hold_a_reading_of_each(
    subject, measurement
):
    query = subject.heard()
    assert query.inner is not None
    assert query.inner.source.measurement == query.source.measurement == measurement


def test_the_share_heard_is_of_the_most_heard():
    share = METERS.heard().columns[2]
    assert (share.field, share.divided_by, share.factor) == ("heard", "most", 100)


def test_a_ranking_keeps_few_devices_and_does_not_go_over_time():
    query = METERS.ranking("active_power_w", "mean", least=True)
    assert (query.most, query.least, query.over_time) == (TOP, True, False)
    assert query.by == ("site", "device")


def test_the_sum_over_sites_is_of_each_sites_own_figure():
    inner = METERS.site("active_power_w", "sum", by=("site",))
    query = summed(inner)
    assert query.inner == inner
    assert [(each.field, each.function) for each in query.columns] == [("sum", Function.SUM)]


def test_raw_gauges_are_averaged_and_all_else_is_taken_as_it_was_last():
    query = TURBINES.raw(
        "wind_speed_mps", "nacelle_direction_deg", "turbine_state", "energy_export_kwh"
    )
    assert query.source.database is Database.RAW
    assert [column.function for column in query.columns] == [
        Function.MEAN,
        *[Function.LAST] * 3,
    ]


def test_readings_that_did_not_come_count_as_0():
    assert METERS.readings().fill is Fill.ZERO


def test_the_last_message_has_every_field_of_one_reading():
    query = METERS.last_message()
    assert query.newest == 1
    assert [column.field for column in query.columns] == [*METERS.kind.column]


def test_the_red_line_is_the_limit_of_the_rule_and_not_the_kinds_own():
    rule = Threshold(value=225.0, severity=Severity.CRITICAL, reason="our contract")
    facts = Facts(kinds=kinds(), thresholds={("smart_meter", "voltage_l1_v"): (rule,)})
    assert facts.about("smart_meter").look("voltage_l1_v").thresholds == (rule,)
    assert facts.about("ups").look("input_voltage_v").thresholds == ()


def test_sums_over_devices_are_shown_without_limits_of_single_ones():
    assert GAS.look("gas_flow_m3h").thresholds
    assert not GAS.look("gas_flow_m3h", limits=False).thresholds


@pytest.mark.parametrize(
    ("kind", "field", "unit", "decimals"),
    [
        ("rack_sensor", "inlet_temperature_c", "°C", 1),
        ("feeder", "frequency_hz", "Hz", 3),
        ("hall_meter", "facility_power_w", "W", None),
        ("air_quality", "pm25_ugm3", "µg/m³", 0),
        ("smart_meter", "power_factor", "", 3),
    ],
)
def test_units_and_decimals_come_from_the_field(kind, field, unit, decimals):
    look = FACTS.about(kind).look(field)
    assert (look.unit, look.decimals) == (unit, decimals)


def test_a_full_percentage_has_its_ends_on_the_axis_and_a_temperature_has_none():
    charge = FACTS.about("battery_storage").look("soc_pct")
    inlet = FACTS.about("rack_sensor").look("inlet_temperature_c")
    assert (charge.low, charge.high, inlet.low, inlet.high) == (0, 100, None, None)


@pytest.mark.parametrize("kind", kinds().values(), ids=[*kinds()])
def test_every_word_has_a_text_and_warning_colours_are_kept_for_limits(kind):
    subject = FACTS.about(kind.name)
    for field in kind.fields:
        if not field.states:
            continue
        words = subject.words(field.name)
        assert tuple(word.value for word in words) == field.states
        limited = {limit.equals for limit in kind.limits if limit.field == field.name}
        warned = {word.value for word in words if word.colour in _warnings()}
        assert warned <= limited


def test_work_is_green_rest_is_grey_and_faults_have_the_colour_of_their_limit():
    colours = {word.value: word.colour for word in TURBINES.words("turbine_state")}
    assert colours["running"] is Colour.GREEN
    assert colours["standby"] is Colour.GREY
    assert colours["fault"] is SEVERITY_COLOURS[Severity.WARNING]


def test_words_of_protocols_are_said_as_people_say_them():
    words = {word.value: (word.text, word.colour) for word in UPS.words("ups_state")}
    assert words["OL"] == ("on mains", Colour.GREEN)
    assert words["OB DISCHRG"] == ("on battery", SEVERITY_COLOURS[Severity.WARNING])
    assert words["OB DISCHRG LB"] == ("battery low", SEVERITY_COLOURS[Severity.CRITICAL])


def test_every_word_that_is_said_otherwise_is_one_that_a_device_reports():
    states = {state for kind in kinds().values() for each in kind.fields for state in each.states}
    assert TEXTS.keys() <= states | {"false", "true"}


def test_counted_states_keep_their_words_and_colours():
    look = TURBINES.count_look("turbine_state")
    words = TURBINES.words("turbine_state")
    columns = [column.name for column in TURBINES.state_counts("turbine_state").columns]
    assert [word.value for word in look.words] == columns
    assert [word.colour for word in look.words] == [word.colour for word in words]
    assert dict(TURBINES.count_headings("turbine_state"))["storm_stop_count"] == "storm stop"


def test_booleans_are_shown_as_yes_and_no():
    texts = {word.value: word.text for word in METERS.words("cover_open")}
    assert texts == {"false": "no", "true": "yes"}


def test_limits_with_other_reasons_do_not_change_a_look():
    look = METERS.look("voltage_l1_v")
    assert replace(look, thresholds=()) == METERS.look("voltage_l1_v", limits=False)


def _warnings() -> set[Colour]:
    return {SEVERITY_COLOURS[Severity.WARNING], SEVERITY_COLOURS[Severity.CRITICAL]}

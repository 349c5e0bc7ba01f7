"""What rules do with readings: each point of docs/alerts.md, one by one."""

from __future__ import annotations

import pytest

from tests.ingest.rules.play import DEVICES, Play, engine_of, frame_of, ms, told

HOT = """
rules:
  - {name: hot, kind: boiler, field: temperature_c, above: 90, clear_below: 85, for: 2m}
"""
AT_ONCE = """
rules:
  - {name: hot, kind: boiler, field: temperature_c, above: 90, severity: critical}
"""


def test_an_alert_is_pending_then_fires_and_clears_only_below_the_lower_threshold():
    play = Play(HOT)
    assert play.hot(0, 95) == []
    assert play.active() == ["0 b-0 hot pending warning"]
    assert play.hot(60, 88) == []
    assert play.hot(120, 86) == ["120 b-0 hot firing warning"]
    assert play.hot(130, 85) == []
    assert play.hot(140, 84.9) == ["140 b-0 hot resolved warning"]
    assert play.active() == []


def test_a_value_at_the_threshold_is_not_above_it():
    assert Play(AT_ONCE).hot(0, 90) == []


def test_a_condition_that_ceases_while_pending_begins_anew():
    play = Play(HOT)
    play.hot(0, 95)
    play.hot(100, 80)
    assert play.hot(110, 95) == []
    assert play.hot(220, 95) == []
    assert play.hot(230, 95) == ["230 b-0 hot firing warning"]


def test_for_completes_without_new_data_and_tells_when_it_was_due():
    play = Play(HOT)
    play.hot(0, 95)
    assert play.wait(120) == []
    assert play.wait(121) == ["120 b-0 hot firing warning"]
    assert play.wait(500) == []


def test_readings_of_other_devices_let_time_pass():
    play = Play(HOT)
    play.hot(0, 95, now_s=10_000)
    assert play.hot(121, 20, device=1, now_s=10_001) == ["120 b-0 hot firing warning"]


def test_a_device_whose_clock_is_ahead_does_not_hurry_the_others():
    play = Play(HOT)
    play.hot(0, 95)
    assert play.hot(299, 20, device=1, now_s=1) == []
    assert play.active() == ["0 b-0 hot pending warning"]


def test_an_old_reading_neither_fires_nor_clears():
    play = Play(AT_ONCE)
    play.hot(100, 95)
    assert play.hot(99, 20) == []
    assert play.active() == ["100 b-0 hot firing critical"]
    play.hot(101, 20)
    assert play.hot(100.5, 95) == []
    assert play.active() == []


def test_a_second_value_with_the_same_timestamp_says_nothing():
    play = Play(AT_ONCE)
    play.hot(100, 20)
    assert play.hot(100, 95) == []


def test_fields_of_one_moment_may_come_in_several_messages():
    play = Play(AT_ONCE)
    play.take(100, pressure_bar=3)
    assert play.hot(100, 95) == ["100 b-0 hot firing critical"]
    assert play.hot(100, 20) == []


def test_an_absent_field_says_nothing():
    play = Play(AT_ONCE)
    play.hot(0, 95)
    assert play.take(10, pressure_bar=3) == []
    assert play.active() == ["0 b-0 hot firing critical"]


def test_several_readings_of_a_device_in_a_frame_are_taken_in_time_order():
    engine = engine_of(AT_ONCE)
    rows = [(0, at, {"temperature_c": value}) for at, value in ((30, 95), (10, 95), (20, 20))]
    assert told(engine.take([frame_of(rows)], ms(60))) == [
        "10 b-0 hot firing critical",
        "20 b-0 hot resolved critical",
        "30 b-0 hot firing critical",
    ]


def test_the_registry_may_count_devices_in_any_order():
    engine = engine_of(AT_ONCE)
    sources = frame_of([(0, 0, {"temperature_c": 1})]).sources
    turned = [
        type(each)(index=at, site=each.site, kind=each.kind, device=each.device, prefix="")
        for at, each in enumerate(reversed(sources))
    ]
    rows = [(5, 0, {"temperature_c": 95})]
    assert told(engine.take([frame_of(rows, turned)], ms(0))) == ["0 b-0 hot firing critical"]


def test_an_alert_is_kept_firing_for_a_while_and_not_told_again_when_it_returns():
    play = Play(AT_ONCE.replace("severity", "keep_firing_for: 1m, severity"))
    assert play.hot(0, 95) == ["0 b-0 hot firing critical"]
    assert play.hot(10, 20) == []
    assert play.hot(60, 95) == []
    assert play.hot(70, 20) == []
    assert play.wait(131) == ["130 b-0 hot resolved critical"]


LADDER = """
rules:
  - name: hot
    kind: boiler
    field: temperature_c
    levels:
      - {above: 80, severity: warning, for: 1m}
      - {above: 95, clear_below: 90, severity: critical}
"""


def test_a_ladder_shows_the_highest_level_that_fires():
    play = Play(LADDER)
    assert play.hot(0, 85) == []
    assert play.hot(30, 96) == ["30 b-0 hot firing critical"]
    assert play.hot(60, 92) == []
    assert play.hot(70, 89) == ["70 b-0 hot firing warning"]
    assert play.active() == ["70 b-0 hot firing warning"]
    assert play.hot(80, 70) == ["80 b-0 hot resolved warning"]


def test_an_alert_that_changes_its_severity_keeps_when_it_began():
    engine = engine_of(LADDER)
    told = [
        alert
        for at, celsius in ((0, 96), (70, 89), (80, 70))
        for alert in engine.take([frame_of([(0, at, {"temperature_c": celsius})])], ms(at))
    ]
    assert [alert.firing_ms for alert in told] == [ms(0)] * 3
    assert [alert.changed_ms for alert in told] == [ms(0), ms(70), ms(80)]
    assert [alert.resolved_ms for alert in told] == [None, None, ms(80)]


def test_words_of_states_and_booleans_are_asked_by_equals_not_equals_and_contains():
    play = Play("""
        rules:
          - {name: same, kind: boiler, field: boiler_state, equals: [off, heating]}
          - {name: other, kind: boiler, field: boiler_state, not_equals: off}
          - {name: part, kind: boiler, field: boiler_state, contains: HOT}
          - {name: door, kind: boiler, field: door_open, equals: true}
    """)
    assert play.take(0, boiler_state=0, door_open=0) == ["0 b-0 same firing warning"]
    assert play.take(1, boiler_state=2) == [
        "1 b-0 same resolved warning",
        "1 b-0 other firing warning",
        "1 b-0 part firing warning",
    ]
    assert play.take(2, door_open=1) == ["2 b-0 door firing warning"]


def test_all_conditions_must_hold_even_when_their_fields_come_apart():
    play = Play("""
        rules:
          - name: both
            kind: boiler
            all: [{field: boiler_state, equals: heating}, {field: temperature_c, above: 90}]
    """)
    assert play.take(0, boiler_state=1) == []
    assert play.take(1, temperature_c=95) == ["1 b-0 both firing warning"]
    assert play.take(2, boiler_state=0) == ["2 b-0 both resolved warning"]


def test_each_level_of_a_ladder_can_ask_several_things():
    play = Play("""
        rules:
          - name: cold
            kind: boiler
            levels:
              - severity: warning
                all:
                  - {field: temperature_c, below: 50, clear_above: 55}
                  - {field: boiler_state, equals: heating}
              - {severity: critical, any: [{field: temperature_c, below: 5}]}
        overrides:
          - {rule: cold, severity: warning, devices: [b-1], below: 30}
    """)
    assert play.take(0, temperature_c=40, boiler_state=0) == []
    assert play.take(10, boiler_state=1) == ["10 b-0 cold firing warning"]
    assert play.take(20, temperature_c=3) == ["20 b-0 cold firing critical"]
    assert play.take(30, boiler_state=0) == []
    assert play.take(40, temperature_c=6) == ["40 b-0 cold resolved critical"]
    assert play.take(50, device=1, temperature_c=40, boiler_state=1) == []


def test_any_condition_is_enough():
    play = Play("""
        rules:
          - name: one
            kind: boiler
            any: [{field: pressure_bar, above: 10}, {field: temperature_c, above: 90}]
    """)
    assert play.take(0, pressure_bar=11, temperature_c=20) == ["0 b-0 one firing warning"]
    assert play.take(1, pressure_bar=3, temperature_c=95) == []
    assert play.take(2, pressure_bar=3, temperature_c=20) == ["2 b-0 one resolved warning"]


SILENT = """
rules:
  - name: silent
    kind: boiler
    levels: [{no_data_for: 1m, severity: warning}, {no_data_for: 5m, severity: critical}]
"""


def test_a_silent_device_is_told_and_its_return_too():
    play = Play(SILENT)
    play.hot(0, 20)
    assert play.wait(59) == []
    assert play.wait(60) == ["60 b-0 silent firing warning"]
    assert play.wait(400) == ["300 b-0 silent firing critical"]
    assert play.hot(401, 20) == ["401 b-0 silent resolved critical"]


def test_a_device_is_not_expected_before_it_was_heard():
    play = Play(SILENT)
    play.hot(0, 20)
    assert [line for line in play.wait(1_000) if "b-0" not in line] == []


def test_old_readings_do_not_end_silence():
    play = Play(SILENT)
    play.hot(0, 20)
    play.wait(100)
    assert play.hot(10, 20, now_s=101) == []
    assert play.hot(0, 20, now_s=102) == []
    assert play.active() == ["60 b-0 silent firing warning"]


def test_a_rate_is_the_change_over_its_time_and_needs_that_much_history():
    play = Play("""
        rules:
          - {name: rising, kind: boiler, field: temperature_c, rate_above: 5, rate_over: 15m}
    """)
    for minute in range(16):
        assert play.hot(60 * minute, 20 + minute) == (
            ["900 b-0 rising firing warning"] if minute == 15 else []
        )
    for minute in range(16, 25):
        assert play.hot(60 * minute, 35) == []
    assert play.hot(60 * 25, 35) == ["1500 b-0 rising resolved warning"]


def test_a_rate_of_a_counter_is_right_where_it_rolls_over_and_silent_where_it_is_reset():
    play = Play("""
        rules:
          - {name: much, kind: boiler, field: energy_import_kwh, rate_above: 50, rate_over: 1m}
    """)
    for at in range(0, 70, 10):
        assert play.take(at, energy_import_kwh=999_970 + at / 2) == []
    assert play.take(70, energy_import_kwh=10) == []
    assert play.take(80, device=1, energy_import_kwh=5_000) == []
    assert play.take(140, device=1, energy_import_kwh=4_000) == []
    assert play.take(200, device=1, energy_import_kwh=4_100) == ["200 b-1 much firing warning"]
    for at, energy_kwh in ((300, 5_000), (330, 5_001), (360, 4_000), (375, 4_001)):
        assert play.take(at, device=2, energy_import_kwh=energy_kwh) == []


def test_a_register_that_stands_still_is_told_after_its_time_and_silence_is_not_stillness():
    play = Play("""
        rules:
          - {name: stuck, kind: boiler, field: energy_import_kwh, unchanged_for: 1h}
    """)
    play.take(0, energy_import_kwh=7)
    assert play.take(1_800, energy_import_kwh=7) == []
    assert play.wait(3_700) == []
    assert play.take(3_701, energy_import_kwh=7) == ["3701 b-0 stuck firing warning"]
    assert play.take(3_702, energy_import_kwh=7.01) == ["3702 b-0 stuck resolved warning"]


def test_an_alert_that_comes_and_goes_is_held_until_it_is_quiet():
    play = Play(AT_ONCE.replace("severity", "flap: {changes: 4, within: 5m}, severity"))
    for at in (0, 20):
        assert play.hot(at, 95) == [f"{at} b-0 hot firing critical"]
        assert play.hot(at + 10, 20) == [f"{at + 10} b-0 hot resolved critical"]
    assert play.hot(40, 95) == ["40 b-0 hot firing critical"]
    assert play.hot(50, 20) == []
    assert play.hot(60, 95) == []
    assert play.hot(70, 20) == []
    assert play.wait(369) == []
    assert play.wait(371) == ["370 b-0 hot resolved critical"]


def test_flap_false_lets_an_alert_come_and_go():
    play = Play(AT_ONCE.replace("severity", "flap: false, severity"))
    for at in range(0, 200, 20):
        assert play.hot(at, 95) == [f"{at} b-0 hot firing critical"]
        assert play.hot(at + 10, 20) == [f"{at + 10} b-0 hot resolved critical"]


def test_sites_and_devices_limit_a_rule():
    play = Play("""
        rules:
          - {name: here, kind: boiler, field: temperature_c, above: 90, devices: ["b-[12]"]}
          - {name: there, kind: boiler, field: temperature_c, above: 90, sites: [elsewhere]}
    """)
    found = [line for device in range(4) for line in play.hot(0, 95, device=device)]
    assert found == ["0 b-1 here firing warning", "0 b-2 here firing warning"]


def test_an_override_moves_a_threshold_or_ends_the_watch_for_some_devices():
    play = Play("""
        rules:
          - {name: hot, kind: boiler, field: temperature_c, above: 90, clear_below: 88}
        overrides:
          - {rule: hot, devices: [b-1], above: 100}
          - {rule: hot, devices: [b-2], enabled: false}
          - {rule: hot, devices: [b-3], above: 50}
    """)
    found = [line for device in range(4) for line in play.hot(0, 95, device=device)]
    assert found == ["0 b-0 hot firing warning", "0 b-3 hot firing warning"]
    assert play.hot(1, 60, device=3) == []
    assert play.hot(2, 49, device=3) == []
    assert play.hot(3, 47, device=3) == ["3 b-3 hot resolved warning"]
    assert play.hot(4, 60, device=3) == ["4 b-3 hot firing warning"]
    assert play.hot(1, 101, device=1) == ["1 b-1 hot firing warning"]
    assert play.hot(2, 99, device=1) == []
    assert play.hot(3, 97, device=1) == ["3 b-1 hot resolved warning"]


SITE = """
rules:
  - name: load
    kind: boiler
    aggregate: {function: FUNCTION, field: temperature_c, window: 1m}
    above: 100
"""


@pytest.mark.parametrize(
    ("function", "numbers", "fires"),
    [
        ("sum", (40, 50, 11), True),
        ("sum", (40, 50, 10), False),
        ("mean", (90, 100, 111), True),
        ("mean", (90, 100, 110), False),
        ("min", (101, 102, 103), True),
        ("min", (100, 102, 103), False),
        ("max", (1, 2, 101), True),
        ("p50", (1, 101, 102), True),
        ("p50", (1, 100, 102), False),
        ("p95", (1, 2, 120), True),
        ("p05", (99, 150, 150), True),
    ],
)
def test_an_aggregate_is_taken_over_the_devices_of_a_site(function, numbers, fires):
    engine = engine_of(SITE.replace("FUNCTION", function))
    found = []
    for at in range(0, 80, 10):
        rows = [(device, at, {"temperature_c": value}) for device, value in enumerate(numbers)]
        found += told(engine.take([frame_of(rows)], ms(at)))
    assert found == (["60 plant load firing warning"] if fires else [])


def test_rules_that_share_an_aggregate_but_not_their_devices_have_numbers_of_their_own():
    rule = "{name: NAME, kind: boiler, aggregate: AGGREGATE, above: 100, devices: [DEVICE]}"
    aggregate = "{function: max, field: temperature_c, window: 1m}"
    text = rule.replace("AGGREGATE", aggregate)
    engine = engine_of(
        "rules:\n"
        f"  - {text.replace('NAME', 'cool').replace('DEVICE', 'b-0')}\n"
        f"  - {text.replace('NAME', 'hot').replace('DEVICE', 'b-1')}\n"
    )
    found = []
    for at in range(0, 80, 10):
        rows = [(device, at, {"temperature_c": 60.0 + 60 * device}) for device in (0, 1)]
        found += told(engine.take([frame_of(rows)], ms(at)))
    assert found == ["60 plant hot firing warning"]


def test_an_aggregate_without_any_reading_in_its_window_ends_its_alert():
    engine = engine_of(SITE.replace("FUNCTION", "sum"))
    for at in range(0, 70, 10):
        engine.take([frame_of([(0, at, {"temperature_c": 101})])], ms(at))
    assert told(engine.active()) == ["60 plant load firing warning"]
    assert told(engine.advance(ms(200))) == ["200 plant load resolved warning"]


def test_devices_that_fit_a_condition_are_counted_as_long_as_they_are_in_the_window():
    engine = engine_of("""
        rules:
          - name: doors
            kind: boiler
            aggregate: {function: count, field: door_open, equals: true, window: 1m}
            above: 2
    """)
    found = []
    for at in range(0, 200, 5):
        rows = [(5, at, {"door_open": 0})]
        rows += [(device, at, {"door_open": 1}) for device in range(3) if at == 100 + 5 * device]
        found += told(engine.take([frame_of(rows)], ms(at)))
    assert found == ["110 plant doors firing warning", "160 plant doors resolved warning"]


def test_the_share_of_silent_devices_is_taken_of_all_that_were_ever_heard():
    engine = engine_of("""
        rules:
          - {name: gone, kind: boiler, aggregate: {function: silent_share, window: 1m}, above: 0.5}
    """)
    everybody = [(device, 0, {"door_open": 0}) for device in range(4)]
    engine.take([frame_of(everybody)], ms(0))
    found = []
    for at in range(5, 100, 5):
        rows = [(device, at, {"door_open": 0}) for device in range(4 if at <= 20 else 1)]
        found += told(engine.take([frame_of(rows)], ms(at)))
    assert found == ["80 plant gone firing warning"]


def test_a_summary_names_device_value_and_the_threshold_that_is_valid_there():
    engine = engine_of("""
        rules:
          - name: hot
            kind: boiler
            field: temperature_c
            above: 90
            summary: "{device} of {site}: {title} {value:.2f} {unit} > {limit}"
          - {name: state, kind: boiler, field: boiler_state, contains: HOT}
        overrides: [{rule: hot, devices: [b-0], above: 95}]
    """)
    rows = [(0, 0, {"temperature_c": 96.5, "boiler_state": 2})]
    assert {alert.summary for alert in engine.take([frame_of(rows)], ms(0))} == {
        "b-0 of plant: Temperature 96.50 °C > 95",
        "b-0 at plant: State is HOT WATER",
    }


def test_many_devices_are_told_each():
    engine = engine_of(AT_ONCE)
    rows = [(device, 0, {"temperature_c": 95}) for device in range(len(DEVICES))]
    assert len(engine.take([frame_of(rows)], ms(0))) == len(DEVICES)


def test_time_passes_although_only_old_readings_come():
    play = Play(HOT)
    play.hot(100, 95)
    assert play.hot(50, 20, now_s=221) == ["220 b-0 hot firing warning"]


def test_a_summary_of_silence_needs_no_value():
    engine = engine_of(SILENT)
    engine.take([frame_of([(0, 0, {"temperature_c": 20})])], ms(0))
    (alert,) = engine.advance(ms(60))
    assert alert.summary == "b-0 at plant has sent nothing for 1m"
    assert alert.since_ms == ms(0)

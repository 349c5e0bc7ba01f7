"""A restart forgets nothing that an alert is made from."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.rules.engine import Engine
from tests.ingest.rules.play import KINDS, Play, engine_of, frame_of, ms, rules_of, told

RULES = """
rules:
  - name: hot
    kind: boiler
    field: temperature_c
    above: 90
    clear_below: 85
    for: 2m
    keep_firing_for: 30s
  - {name: silent, kind: boiler, no_data_for: 5m}
  - {name: stuck, kind: boiler, field: energy_import_kwh, unchanged_for: 10m}
  - {name: rising, kind: boiler, field: temperature_c, rate_above: 20, rate_over: 3m}
  - name: mean
    kind: boiler
    aggregate: {function: mean, field: temperature_c, window: 1m}
    above: 88
  - name: both
    kind: boiler
    all: [{field: boiler_state, equals: heating}, {field: temperature_c, above: 90}]
"""


def restarted(engine: Engine, rules: str = RULES) -> Engine:
    fresh = Engine(rules_of(rules), KINDS)
    fresh.restore(engine.snapshot())
    return fresh


def test_what_is_pending_fires_after_a_restart_when_it_would_have():
    play = Play(RULES)
    play.hot(0, 95)
    play = Play(RULES, restarted(play.engine))
    assert play.active() == ["0 b-0 hot pending warning"]
    assert play.hot(119, 95) == []
    assert play.hot(120, 95) == ["120 b-0 hot firing warning"]


def test_what_fires_is_not_told_again_and_ends_as_it_would_have():
    play = Play(RULES)
    play.hot(0, 95)
    play.hot(130, 95)
    play = Play(RULES, restarted(play.engine))
    assert play.hot(140, 95) == []
    assert play.hot(150, 20) == []
    assert play.wait(181) == ["180 b-0 hot resolved warning"]


def test_a_change_of_severity_before_the_stop_is_remembered():
    ladder = """
        rules:
          - name: hot
            kind: boiler
            field: temperature_c
            levels: [{above: 80, severity: warning}, {above: 95, severity: critical}]
    """
    play = Play(ladder)
    play.hot(0, 85)
    play.hot(30, 96)
    assert restarted(play.engine, ladder).active() == play.engine.active()
    assert play.active() == ["30 b-0 hot firing critical"]


def test_the_time_in_which_the_service_was_down_is_no_silence():
    play = Play(RULES)
    play.hot(0, 20)
    play.hot(0, 20, device=1)
    play = Play(RULES, restarted(play.engine))
    assert play.wait(10_000) == []
    assert play.hot(10_000, 20) == []
    assert play.wait(10_299) == []
    assert play.wait(10_300) == [
        "10300 b-0 silent firing warning",
        "10300 b-1 silent firing warning",
    ]


def test_what_was_pending_at_a_long_stop_waits_for_news_of_its_device():
    play = Play(RULES)
    play.hot(0, 95)
    play.hot(0, 20, device=1)
    play = Play(RULES, restarted(play.engine))
    assert play.hot(5_000, 20, device=1) == []
    assert play.hot(5_001, 20) == ["120 b-0 hot firing warning"]


def test_a_register_that_stood_still_before_stands_still_after():
    play = Play(RULES)
    play.take(0, energy_import_kwh=5)
    play.take(500, energy_import_kwh=5)
    play = Play(RULES, restarted(play.engine))
    assert play.take(600, energy_import_kwh=5) == ["600 b-0 stuck firing warning"]


def test_readings_from_before_the_stop_that_come_again_change_nothing():
    play = Play(RULES)
    play.hot(0, 95)
    play.hot(100, 20)
    play = Play(RULES, restarted(play.engine))
    assert play.hot(50, 95) == []
    assert play.active() == []


def test_a_rule_that_changed_begins_anew_and_one_with_another_summary_does_not():
    play = Play(RULES)
    play.hot(0, 95)
    play.hot(130, 95)
    changed = restarted(play.engine, RULES.replace("above: 90\n    clear", "above: 91\n    clear"))
    assert [alert.rule for alert in changed.active()] == ["mean"]
    reworded = restarted(
        play.engine, RULES.replace("keep_firing", "summary: Hot!\n    keep_firing")
    )
    assert "Hot!" in [alert.summary for alert in reworded.active()]


def test_a_rule_that_is_gone_is_dropped():
    play = Play(RULES)
    play.hot(0, 95)
    rest = restarted(play.engine, "rules: [{name: silent, kind: boiler, no_data_for: 5m}]")
    assert rest.active() == ()


@pytest.mark.parametrize("stop", [3, 11, 23])
def test_a_restart_at_any_time_leaves_the_history_as_it_is(stop):
    dice = np.random.default_rng(stop)
    rows = [
        (
            device,
            at,
            {"temperature_c": dice.uniform(60, 110), "boiler_state": int(dice.integers(3))},
        )
        for at in range(0, 600, 15)
        for device in range(3)
    ]
    steady, stopped = engine_of(RULES), engine_of(RULES)
    expected, got = [], []
    for number in range(0, len(rows), 3):
        frame, now_ms = frame_of(rows[number : number + 3]), ms(rows[number][1])
        if number == 3 * stop:
            stopped = restarted(stopped)
        expected += [line for line in told(steady.take([frame], now_ms)) if "mean" not in line]
        got += [line for line in told(stopped.take([frame], now_ms)) if "mean" not in line]
    assert got == expected
    assert any("rising" in line for line in expected)


@pytest.mark.parametrize("wrong", [b"", b"{}", b"nonsense", b'{"version": 99, "kinds": {}}'])
def test_bytes_that_are_no_snapshot_are_refused(wrong):
    with pytest.raises(ValueError, match="snapshot"):
        engine_of(RULES).restore(wrong)


def test_an_alert_about_a_site_goes_on_while_its_window_fills_again():
    play = Play(RULES)
    for at in range(0, 70, 10):
        play.hot(at, 89)
    assert "60 plant mean firing warning" in play.active()
    play = Play(RULES, restarted(play.engine))
    for at in (100, 150, 200):
        assert play.hot(at, 89) == []
    assert play.hot(240, 20) == ["240 plant mean resolved warning"]


def test_a_condition_that_held_before_the_stop_is_looked_at_again():
    play = Play(RULES)
    play.take(0, boiler_state=1, temperature_c=20)
    play = Play(RULES, restarted(play.engine))
    play.take(10, boiler_state=0)
    assert play.take(20, temperature_c=95) == []
    play.take(30, boiler_state=1)
    assert "30 b-0 both firing warning" in play.active()

"""Rules that are exchanged while they run: those that stay do not notice."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.rules.engine import Engine
from tests.ingest.rules.play import DEVICES, Play, engine_of, frame_of, ms, rules_of, told

RULES = """
rules:
  - name: hot
    kind: boiler
    field: temperature_c
    above: 90
    clear_below: 85
    for: 45s
    keep_firing_for: 30s
  - {name: silent, kind: boiler, no_data_for: 2m}
  - {name: stuck, kind: boiler, field: energy_import_kwh, unchanged_for: 1m}
  - {name: rising, kind: boiler, field: temperature_c, rate_above: 20, rate_over: 1m}
  - name: mean
    kind: boiler
    aggregate: {function: mean, field: temperature_c, window: 1m}
    above: 88
    for: 20s
  - {name: hushed, kind: boiler, aggregate: {function: silent_share, window: 1m}, above: 0.4}
  - name: both
    kind: boiler
    all: [{field: boiler_state, equals: heating}, {field: temperature_c, above: 90}]
"""
MORE = f"""{RULES}
  - {{name: cold, kind: boiler, field: temperature_c, below: 61}}
  - {{name: lost, kind: boiler, no_data_for: 90s}}
  - name: most
    kind: boiler
    aggregate: {{function: max, field: energy_import_kwh, window: 2m}}
    above: 3
"""
ONLY_HOT = """
rules:
  - name: hot
    kind: boiler
    field: temperature_c
    above: 90
    clear_below: 85
    for: 45s
    keep_firing_for: 30s
"""
STAY = {"hot", "silent", "stuck", "rising", "mean", "hushed", "both"}


def staying(lines: list[str]) -> list[str]:
    return [line for line in lines if line.split()[2] in STAY]


@pytest.mark.parametrize("seed", range(6))
def test_rules_that_stay_say_what_they_would_have_said(seed):
    dice = np.random.default_rng(seed)
    steady, disturbed = engine_of(RULES), engine_of(RULES)
    expected, got = [], []
    more = False
    energy = 0.0
    for at in range(0, 1_200, 5):
        if dice.random() < 0.1:
            more = not more
            disturbed.adopt(rules_of(MORE if more else RULES))
        energy += 0.0 if 300 < at < 400 else 0.1
        hushed = 400 < at < 600
        rows = [
            (
                device,
                at,
                {
                    "temperature_c": 80 + 20 * np.sin(at / 40 + device / 4) + dice.normal(),
                    "boiler_state": int(dice.integers(3)),
                    "energy_import_kwh": energy,
                },
            )
            for device in range(len(DEVICES))
            if dice.random() < 0.5 and not (hushed and device > 0)
        ]
        frames = [frame_of(rows)] if rows and not 700 < at < 900 else []
        expected += told(steady.take(frames, ms(at)))
        got += staying(told(disturbed.take(frames, ms(at))))
    assert got == expected
    assert {line.split()[2] for line in expected} == STAY


def test_rules_that_go_and_come_back_begin_anew():
    play = Play(RULES)
    for at in (0, 50):
        play.hot(at, 95)
    assert "45 b-0 hot firing warning" in play.active()
    play.engine.adopt(rules_of(RULES.replace("above: 90\n    clear", "above: 91\n    clear")))
    assert not any("hot" in line for line in play.active())
    assert play.hot(60, 95) == []
    assert "105 b-0 hot firing warning" in play.wait(120)


def test_a_new_rule_about_silence_counts_from_the_last_reading():
    play = Play(ONLY_HOT)
    play.hot(0, 20)
    play.engine.adopt(rules_of(RULES))
    assert "120 b-0 silent firing warning" in play.wait(121)


def test_a_new_rule_about_a_site_knows_what_its_devices_said_last():
    play = Play(ONLY_HOT)
    for at in range(0, 120, 10):
        play.take(at, device=0, temperature_c=100)
        play.take(at, device=1, temperature_c=100)
    play.engine.adopt(rules_of(RULES))
    play.take(125, device=0, temperature_c=80)
    assert any("mean pending" in line for line in play.active())


def test_what_was_pending_before_a_long_stop_goes_on_waiting_for_news():
    play = Play(ONLY_HOT)
    play.take(0, device=0, temperature_c=95)
    again = engine_of(ONLY_HOT)
    again.restore(play.engine.snapshot())
    play = Play(ONLY_HOT, again)
    play.take(1_000, device=1, temperature_c=20)
    again.adopt(rules_of(f"{ONLY_HOT}  - {{name: silent, kind: boiler, no_data_for: 2h}}"))
    assert play.wait(1_044) == []
    assert play.wait(1_046) == ["1045 b-0 hot firing warning"]


def test_a_kind_that_is_watched_no_more_is_forgotten():
    engine = engine_of(ONLY_HOT)
    engine.take([frame_of([(0, 0, {"temperature_c": 95.0})])], ms(0))
    engine.adopt(())
    assert engine.active() == ()
    assert dict(engine.rules) == {}


def test_whoever_holds_the_rules_sees_the_new_ones():
    engine = engine_of(ONLY_HOT)
    rules = engine.rules
    engine.adopt(rules_of(RULES))
    assert set(rules) == STAY


def test_before_anything_was_heard_rules_are_simply_others():
    engine: Engine = engine_of(ONLY_HOT)
    engine.adopt(rules_of(RULES))
    assert told(engine.take([frame_of([(0, 0, {"temperature_c": 95.0})])], ms(0))) == []

"""Any readings, in any order and any batches: the alerts are those of the slow oracle."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.schema import Severity
from ingest.rules.alert import Alert, AlertState
from ingest.rules.engine import Engine
from ingest.rules.rule import Condition, Level, Rule
from tests.ingest.rules.oracle import OracleDevice, OracleLevel
from tests.ingest.rules.play import DEVICES, KINDS, T0_MS, frame_of, ms, rules_of, told

SHAPES = st.tuples(
    st.integers(20, 24), st.integers(0, 2), st.sampled_from([0, 5, 20]), st.sampled_from([0, 7])
)
SAMPLES = st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(17, 27))
BATCHES = st.lists(st.lists(SAMPLES, max_size=12), max_size=8)


def rule_of(shapes: list[tuple[int, int, int, int]]) -> Rule:
    levels = tuple(
        Level(
            severity=severity,
            conditions=(Condition(field="temperature_c", fire=fire, clear=fire - width),),
            for_s=for_s,
        )
        for severity, (fire, width, for_s, _) in zip(Severity, shapes, strict=False)
    )
    return Rule(name="hot", kind="boiler", levels=levels, keep_firing_s=shapes[0][3])


def oracle_of(shapes: list[tuple[int, int, int, int]]) -> OracleDevice:
    keep_s = shapes[0][3]
    return OracleDevice(
        [OracleLevel(fire, fire - width, for_s, keep_s) for fire, width, for_s, _ in shapes]
    )


def history_of(alerts: list[Alert], device: str) -> list[tuple[int, int]]:
    """Return when a device's alert changed, and which level was shown then."""
    return [
        ((alert.changed_ms - T0_MS) // 1000, level_of(alert))
        for alert in alerts
        if alert.device == device
    ]


def level_of(alert: Alert) -> int:
    return -1 if alert.state is AlertState.RESOLVED else list(Severity).index(alert.severity)


@given(st.lists(SHAPES, min_size=1, max_size=3), BATCHES)
def test_every_device_has_the_history_that_the_slow_oracle_tells(shapes, batches):
    engine = Engine([rule_of(shapes)], KINDS)
    devices = [oracle_of(shapes) for _ in DEVICES]
    alerts: list[Alert] = []
    clock = -1
    for batch in batches:
        news = [s for s in batch if devices[s[0]].last is None or s[1] >= devices[s[0]].last]
        rows = [(device, at, {"temperature_c": value}) for device, at, value in batch]
        alerts += engine.take([frame_of(rows)] if rows else [], ms(1_000))
        for device, at, value in sorted(news, key=lambda sample: sample[1]):
            devices[device].take(at, value)
        clock = max([clock, *(at for _, at, _ in news)])
        for oracle in devices:
            oracle.run_timers(clock)
    for device, oracle in zip(DEVICES, devices, strict=True):
        assert history_of(alerts, device) == oracle.history


@given(
    st.lists(SHAPES, min_size=1, max_size=3),
    st.lists(SAMPLES, max_size=40),
    st.lists(st.integers(0, 60), max_size=5),
    st.randoms(use_true_random=False),
)
def test_batches_shuffles_and_duplicates_do_not_change_the_history(shapes, samples, cuts, random):
    first = {(device, at): value for device, at, value in reversed(samples)}
    ordered = sorted((at, device, value) for (device, at), value in first.items())
    apart = Engine([rule_of(shapes)], KINDS)
    expected: list[Alert] = []
    for at, device, value in ordered:
        expected += apart.take([frame_of([(device, at, {"temperature_c": value})])], ms(1_000))
    together = Engine([rule_of(shapes)], KINDS)
    got: list[Alert] = []
    before: list[tuple[int, int, int]] = []
    edges = [-1, *sorted(cuts), 60]
    for low, high in pairwise(edges):
        part = [sample for sample in ordered if low < sample[0] <= high]
        part += random.sample(before, min(3, len(before))) + part[:2]
        before += part
        random.shuffle(part)
        rows = [(device, at, {"temperature_c": value}) for at, device, value in part]
        got += together.take([frame_of(rows)] if rows else [], ms(1_000))
    by_device = {device: [a for a in expected if a.device == device] for device in DEVICES}
    assert {device: [a for a in got if a.device == device] for device in DEVICES} == by_device
    assert sorted(told(together.active())) == sorted(told(apart.active()))


LADDERS = """
rules:
  - name: both
    kind: boiler
    all: [{field: temperature_c, above: 21, clear_below: 19}, {field: pressure_bar, below: 4}]
  - name: either
    kind: boiler
    any: [{field: boiler_state, equals: heating}, {field: temperature_c, below: 19}]
    for: 5s
  - {name: calm, kind: boiler, field: pressure_bar, unchanged_for: 9s}
overrides:
  - {rule: both, devices: [b-1], above: 23}
"""
WIDE = st.tuples(
    st.integers(0, 2),
    st.integers(0, 60),
    st.fixed_dictionaries(
        {},
        optional={
            "temperature_c": st.integers(17, 25),
            "pressure_bar": st.integers(2, 6),
            "boiler_state": st.integers(0, 2),
        },
    ),
)


@given(st.lists(WIDE, max_size=40), st.lists(st.integers(0, 60), max_size=4))
def test_what_is_passed_over_as_no_news_is_none(samples, cuts):
    """An engine that looks at every reading tells the same."""
    first = {(at, device): fields for device, at, fields in reversed(samples)}
    ordered = sorted(first)
    careful, quick = Engine(rules_of(LADDERS), KINDS), Engine(rules_of(LADDERS), KINDS)
    expected: list[Alert] = []
    for at, device in ordered:
        rules = careful._kinds["boiler"].devices
        assert rules is not None
        rules._stirred[:] = True
        rules._bands.forget(np.arange(len(rules._stirred)))
        expected += careful.take([frame_of([(device, at, first[at, device])])], ms(1_000))
    got: list[Alert] = []
    for low, high in pairwise([-1, *sorted(cuts), 60]):
        rows = [(device, at, first[at, device]) for at, device in ordered if low < at <= high]
        got += quick.take([frame_of(rows)] if rows else [], ms(1_000))
    for device in DEVICES:
        mine = [told([alert])[0] for alert in got if alert.device == device]
        assert mine == [told([alert])[0] for alert in expected if alert.device == device]


SITES = """
rules:
  - name: mean
    kind: boiler
    aggregate: {function: mean, field: temperature_c, window: 1m}
    above: 21
    clear_below: 20
    for: 20s
  - {name: quiet, kind: boiler, aggregate: {function: silent_share, window: 40s}, above: 0.5}
  - name: open
    kind: boiler
    aggregate: {function: count, field: door_open, equals: true, window: 15s}
    above: 1
    keep_firing_for: 10s
"""
OVER_SITES = st.tuples(
    st.integers(0, 2),
    st.integers(1, 300),
    st.fixed_dictionaries(
        {"temperature_c": st.integers(17, 25)}, optional={"door_open": st.integers(0, 1)}
    ),
)


@settings(max_examples=25)
@given(st.lists(OVER_SITES, max_size=40), st.lists(st.integers(0, 300), max_size=4))
def test_what_a_site_tells_does_not_depend_on_batches(samples, cuts):
    first = {(at, device): fields for device, at, fields in reversed(samples)}
    ordered = sorted(first)
    histories = []
    for edges in (range(301), [0, *sorted(cuts), 300]):
        engine = Engine(rules_of(SITES), KINDS)
        told = list(engine.take([frame_of([(0, 0, {"temperature_c": 19})])], ms(1_000)))
        for low, high in pairwise(edges):
            rows = [(device, at, first[at, device]) for at, device in ordered if low < at <= high]
            told += engine.take([frame_of(rows)] if rows else [], ms(1_000))
        histories.append(told)
    assert histories[0] == histories[1]


def test_nothing_that_a_site_tells_is_lost_in_a_large_batch():
    engine = Engine(rules_of(SITES), KINDS)
    rows = [
        (device, at, {"door_open": int(60 <= at < 80)})
        for at in range(0, 300, 5)
        for device in range(3)
    ]
    told = [
        f"{(a.changed_ms - T0_MS) // 1000} {a.rule} {a.state}"
        for a in engine.take([frame_of(rows[:3])], ms(1_000))
        + engine.take([frame_of(rows[3:])], ms(1_000))
    ]
    assert told == ["60 open firing", "90 open resolved"]

"""A change of state is noticed once, and silence is none."""

from dataclasses import replace

import numpy as np

from devices.arrays import Floats
from devices.schema import gauge
from devices.simulator.state_changes import StateChanges
from tests.devices.sample import SAMPLE

NAN = np.nan


def states(*mode: float, cover: float = 0.0) -> dict[str, Floats]:
    return {"mode_state": np.array(mode), "cover_open": np.full(len(mode), cover)}


def test_what_is_seen_first_is_no_change():
    changes = StateChanges(SAMPLE, 2)
    assert changes.seen_in(states(0.0, 1.0)).tolist() == [False, False]


def test_each_device_changes_for_itself_and_once():
    changes = StateChanges(SAMPLE, 2)
    changes.seen_in(states(0.0, 1.0))
    assert changes.seen_in(states(0.0, 0.0)).tolist() == [False, True]
    assert changes.seen_in(states(0.0, 0.0)).tolist() == [False, False]


def test_silence_is_no_change_but_what_follows_may_be():
    changes = StateChanges(SAMPLE, 2)
    changes.seen_in(states(0.0, 0.0))
    assert changes.seen_in(states(NAN, NAN)).tolist() == [False, False]
    assert changes.seen_in({}).tolist() == [False, False]
    assert changes.seen_in(states(0.0, 1.0)).tolist() == [False, True]


def test_a_kind_without_states_never_changes():
    kind = replace(
        SAMPLE, fields=(gauge("voltage_l1_v", "Voltage", hard=(0, 500), resolution=0.1),)
    )
    changes = StateChanges(kind, 2)
    for value in (1.0, 2.0):
        assert changes.seen_in({"voltage_l1_v": np.full(2, value)}).tolist() == [False, False]

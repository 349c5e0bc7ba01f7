"""A whole hall through one outage: every trade sees the same story at the same moments."""

import numpy as np
import pytest

from devices.kinds import cooling_unit, hall_meter, pdu, rack_sensor, server, ups
from tests.devices.kinds.hall_events import from_noon, outage, step_at
from tests.devices.kinds.runs import run

EVERY_S = 30
OUTAGE_S = 3600
BATTERIES_S = 1800


@pytest.fixture(scope="module")
def hall():
    """Readings of each kind, by its name, from noon until an hour after the outage."""
    times = from_noon(every_s=EVERY_S, until_s=2 * OUTAGE_S)
    kinds = (cooling_unit.KIND, hall_meter.KIND, pdu.KIND, rack_sensor.KIND, server.KIND, ups.KIND)
    return {kind.name: run(kind, times, events=(outage(OUTAGE_S),)) for kind in kinds}


def at(after_s: float) -> int:
    return step_at(after_s, every_s=EVERY_S)


def test_the_moment_the_mains_go_all_know_it(hall):
    before, after = at(-EVERY_S), at(0)
    on_battery = ups.STATES.index("OB DISCHRG")
    for name, field, code in (
        ("ups", "ups_state", on_battery),
        ("cooling_unit", "unit_state", cooling_unit.OFF),
        ("hall_meter", "supply_state", hall_meter.BATTERY),
    ):
        states = hall[name][field]
        assert (states[before] != code).all(), name
        assert (states[after] == code).all(), name


def test_racks_and_servers_go_dark_about_when_their_batteries_are_empty(hall):
    off = hall["ups"]["ups_state"] == ups.STATES.index("OFF")
    for dark in (
        off,
        np.isnan(hall["pdu"]["active_power_w"]),
        np.isnan(hall["server"]["power_state"]),
        hall["hall_meter"]["supply_state"] == hall_meter.NOTHING,
    ):
        lasted_s = EVERY_S * dark.argmax(axis=0) - EVERY_S * at(0)
        assert np.abs(lasted_s - BATTERIES_S).max() < 0.25 * BATTERIES_S


def test_racks_are_back_before_their_servers_and_the_air_comes_last(hall):
    racks = ~np.isnan(hall["pdu"]["active_power_w"][at(OUTAGE_S + 60)])
    assert racks.all()
    servers = hall["server"]["power_state"]
    assert not (servers[at(OUTAGE_S + 60)] == server.ON).any()
    assert (servers[at(OUTAGE_S + 600)] == server.ON).mean() > 0.9
    inlet_c = hall["rack_sensor"]["inlet_temperature_c"]
    assert inlet_c[at(OUTAGE_S + 600)].min() > 27
    assert inlet_c[at(2 * OUTAGE_S)].mean() < 26

"""The fleets that come along: as large as their sources say, and light enough to play."""

from datetime import timedelta
from itertools import takewhile

import numpy as np
import pytest

from devices.environment.events import EventKind
from devices.fleets.file import fleet_names, load_fleet
from devices.fleets.fleet import Fleet
from devices.registry import kinds
from devices.simulator.simulation import Simulation
from tests.devices.places import moment

START = moment("2026-01-15 10:00")


def rated_w(fleet: Fleet, kind: str, site: str) -> float:
    """What all devices of a kind at a site can deliver together."""
    return sum(
        len(group) * group.options.get("rated_w", kinds()[kind].options["rated_w"].default)
        for group in fleet.groups
        if group.site == site and group.kind.name == kind
    )


@pytest.mark.parametrize("name", fleet_names())
def test_every_fleet_that_comes_along_can_be_read(name):
    fleet = load_fleet(name)
    assert fleet.name == name
    assert fleet.device_count == fleet.devices_by_kind.total() > 0


def test_langfang_has_the_655_homes_in_11_buildings_of_its_source():
    fleet = load_fleet("langfang")
    for meter in ("smart_meter", "gas_meter", "water_meter"):
        assert fleet.devices_by_kind[meter] == 655
    assert len(fleet.gateways) == 11
    assert {"ev_charger", "pv_inverter", "battery_storage", "feeder"} <= set(fleet.devices_by_kind)


def test_zhangbei_has_the_turbines_panels_and_storage_of_its_source():
    fleet = load_fleet("zhangbei")
    centre = "zhangbei-test-centre"
    assert fleet.devices_by_kind["wind_turbine"] == 30
    assert rated_w(fleet, "wind_turbine", centre) == 78e6
    assert rated_w(fleet, "pv_inverter", centre) == 640e3
    assert rated_w(fleet, "battery_storage", centre) == 2.5e6
    assert {"rack_sensor", "pdu", "ups", "cooling_unit", "server"} <= set(fleet.devices_by_kind)


def test_chongli_has_ten_resorts_each_with_all_that_makes_one():
    fleet = load_fleet("chongli")
    assert len(fleet.sites) == 10
    for site in fleet.sites:
        of_kind = [group.kind.name for group in site.groups]
        assert {"snow_gun", "ski_lift", "visitor_gate"} <= set(of_kind)
        assert of_kind.count("weather_station") == 3


def test_beijing_has_air_in_all_districts_and_the_shougang_computing_centre():
    fleet = load_fleet("beijing")
    with_air = [group.site for group in fleet.groups if group.kind is kinds()["air_quality"]]
    assert len(set(with_air)) == 16
    halls = {group.kind.name for group in fleet.groups if group.site == "shougang"}
    assert {"rack_sensor", "pdu", "ups", "cooling_unit", "server", "hall_meter"} <= halls


def test_the_grid_has_a_thousand_generators_and_ten_thousand_feeders():
    counts = load_fleet("grid").devices_by_kind
    assert counts["feeder"] == 10_000
    assert sum(counts[kind] for kind in ("wind_turbine", "pv_inverter", "battery_storage")) == 1_000


def test_the_region_is_its_four_places_and_shows_every_kind_at_a_bearable_rate():
    region = load_fleet("jing-jin-ji")
    places = [load_fleet(name) for name in ("langfang", "chongli", "zhangbei", "beijing")]
    assert region.device_count == sum(place.device_count for place in places)
    assert set(region.devices_by_kind) == set(kinds())
    assert 200 <= region.readings_per_s <= 800
    assert region.events == ()


def test_the_region_takes_few_turns_a_second():
    end_ms = (START + timedelta(seconds=20)).timestamp() * 1000
    turns = takewhile(
        lambda turn: turn.ts_ms < end_ms,
        Simulation(load_fleet("jing-jin-ji"), seed=1, start=START).turns(),
    )
    assert sum(1 for _ in turns) / 20 < 60


def test_the_power_of_a_hall_is_the_same_wherever_it_is_metered():
    simulation = Simulation(load_fleet("zhangbei"), seed=1, start=START)
    end_ms = (START + timedelta(seconds=35)).timestamp() * 1000
    groups = load_fleet("zhangbei").groups
    latest_w: dict[str, dict[int, float]] = {}
    for turn in takewhile(lambda turn: turn.ts_ms < end_ms, simulation.turns()):
        kind = groups[turn.group].kind
        if kind.name in {"server", "pdu", "ups", "hall_meter"}:
            field = "it_power_w" if kind.name == "hall_meter" else "active_power_w"
            powers_w = turn.values[:, kind.column[field]].tolist()
            latest_w.setdefault(kind.name, {}).update(
                zip(turn.devices.tolist(), powers_w, strict=True)
            )
    sums_w = [np.nansum(list(powers_w.values())) for powers_w in latest_w.values()]
    assert len(sums_w) == 4
    assert 1.5e6 < min(sums_w) < max(sums_w) < 1.2 * min(sums_w)


def test_the_scenario_is_the_region_with_a_front_an_outage_and_a_cooling_failure():
    scenario, region = load_fleet("scenario"), load_fleet("jing-jin-ji")
    assert scenario.devices_by_kind == region.devices_by_kind
    events = [event.starting(START) for event in scenario.events]
    minutes = [(event.start - START).total_seconds() / 60 for event in events]
    assert dict(zip((event.kind for event in events), minutes, strict=True)) == {
        EventKind.COLD_FRONT: 10,
        EventKind.OUTAGE: 20,
        EventKind.COOLING_FAILURE: 40,
    }
    outage = events[1]
    assert outage.sites == ("langfang", "zhangbei")
    assert outage.duration_s == 300

"""Events in fleet files: what they may say, whom they hit, and when they begin."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from devices.environment.events import EventKind
from devices.environment.localtime import CHINA_STANDARD_TIME
from devices.errors import FleetError
from devices.fleets.file import load_fleet
from devices.fleets.values import UNIT_S, Duration
from devices.simulator.simulation import Simulation
from tests.devices.places import moment

FLEET = """
name = "{site}"
title = "Test"
[[sites]]
name = "{site}"
title = "Here"
elevation_m = 100
latitude_deg = 40
longitude_deg = 116.5
[[sites.devices]]
kind = "smart_meter"
count = 3
interval_s = 1
"""
OUTAGE = """
[[events]]
kind = "outage"
after = "10s"
duration = "5s"
"""


@pytest.fixture
def write(tmp_path):
    def write(text, *, site="here"):
        path = tmp_path / f"{site}.toml"
        path.write_text(text.replace("{site}", site), encoding="utf-8")
        return path

    return write


def complaint(path: Path) -> str:
    with pytest.raises(FleetError) as error:
        load_fleet(path)
    return str(error.value)


def test_an_event_begins_at_a_time_or_some_time_after_the_start(write):
    start = moment("2026-01-15 12:00")
    fixed = OUTAGE.replace('after = "10s"', "start = 2026-01-15T10:00:00+08:00")
    relative, absolute = load_fleet(write(FLEET + OUTAGE + fixed)).events
    assert relative.starting(start).start == start + timedelta(seconds=10)
    assert absolute.starting(start).start == datetime(2026, 1, 15, 10, tzinfo=CHINA_STANDARD_TIME)
    assert relative.starting(start).end == start + timedelta(seconds=15)


def test_an_event_may_say_it_all(write):
    (event,) = load_fleet(
        write(
            FLEET
            + """
[[events]]
kind = "cooling-failure"
after = "2h"
duration = "1.5h"
sites = ["here"]
place = 0.25
"""
        )
    ).events
    assert event.kind is EventKind.COOLING_FAILURE
    assert event.begin == timedelta(hours=2)
    assert event.duration_s == 5400
    assert event.sites == ("here",)
    assert event.place == 0.25


def test_events_of_an_included_fleet_come_along_and_stay_at_its_sites(write):
    write(FLEET + OUTAGE, site="there")
    front = '\n[[events]]\nkind = "cold-front"\nafter = "1m"\nduration = "1d"\nstrength = 0.5\n'
    outer = FLEET.replace("[[sites]]", 'include = ["there.toml"]\n[[sites]]', 1)
    outage, everywhere = load_fleet(write(outer + front)).events
    assert outage.sites == ("there",)
    assert everywhere.sites == ()
    assert everywhere.strength == 0.5


@given(number=st.integers(0, 10_000), unit=st.sampled_from(sorted(UNIT_S)))
def test_a_duration_is_a_number_with_a_unit(number, unit):
    assert TypeAdapter(Duration).validate_python(f"{number}{unit}") == number * UNIT_S[unit]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"outage"', '"outtage"', "events[0].kind: no kind of event 'outtage': did you mean 'outa"),
        ('kind = "outage"', "", "events[0].kind: missing; want one of cold-front, heat-wave"),
        ('kind = "outage"', "kind = 3", "events[0].kind: want one of cold-front"),
        ('after = "10s"', "", "events[0]: want either start or after, and not both"),
        ('after = "10s"', 'after = "soon"', "events[0].after: want a duration such as"),
        ('after = "10s"', "after = 10", "events[0].after: want a duration such as"),
        ('after = "10s"', "start = 2026-01-15T10:00:00", "events[0].start: want a time with its"),
        ('after = "10s"', "start = 2026-01-15", "events[0].start: want a time with its zone"),
        ('duration = "5s"', 'duration = "0s"', "events[0].duration: want a duration such as"),
        ('duration = "5s"', 'duration = "500d"', "at most a year"),
        ('duration = "5s"', "", "events[0].duration: missing; want a duration"),
        ('duration = "5s"', 'durations = "5s"', "no such key: did you mean 'duration'?"),
        ("[[events]]", '[[events]]\nsites = ["hare"]', "events[0].sites: no site 'hare': did you"),
        ("[[events]]", "[[events]]\nsites = []", "events[0].sites: want a list of sites"),
        ("[[events]]", "[[events]]\nplace = 0.5", "events[0]: outage takes no place; remove it"),
        ("[[events]]", "[[events]]\nstrength = 1.0", "events[0]: outage takes no strength"),
        ('"outage"', '"cold-front"\nstrength = 3.0', "events[0].strength: want a number above 0"),
        ('"outage"', '"cooling-failure"\nplace = 2.0', "events[0].place: want a number from 0"),
        ('"outage"', '"holiday"\nsites = ["here"]', "events[0]: holiday takes no sites"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_expectation(write, right, wrong, said):
    path = write(FLEET + OUTAGE.replace(right, wrong, 1))
    message = complaint(path)
    assert message.startswith(str(path))
    assert said in message


def test_both_beginnings_are_one_too_many(write):
    both = OUTAGE.replace("[[events]]", "[[events]]\nstart = 2026-01-15T10:00:00Z")
    assert "events[0]: want either start or after, and not both" in complaint(write(FLEET + both))


def test_a_time_is_shown_as_it_stands_in_the_file(write):
    local = OUTAGE.replace('after = "10s"', "start = 2026-01-15T10:00:00")
    assert "got 2026-01-15T10:00:00" in complaint(write(FLEET + local))


def test_the_simulation_makes_the_events_of_its_fleet_happen(write):
    start = moment("2026-01-15 12:00")
    fleet = load_fleet(write(FLEET + OUTAGE))
    heard_s = set()
    for turn in Simulation(fleet, seed=1, start=start).turns():
        after_s = turn.ts_ms / 1000 - start.timestamp()
        if after_s > 20:
            break
        if len(turn.devices):
            heard_s.add(int(after_s))
    assert {9, 10, 15, 16} <= heard_s
    assert not {11, 12, 13, 14} & heard_s

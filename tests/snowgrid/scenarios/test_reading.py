"""What may stand in a scenario file, and how mistakes are told."""

import re
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from snowgrid.loading.order import LoadOrder
from snowgrid.scenarios.expectation import Expectation
from snowgrid.scenarios.files import load_scenario, scenario_names
from snowgrid.scenarios.quantities import Unit, quantity, readable
from snowgrid.scenarios.reading import read
from snowgrid.scenarios.scenario import Scenario, Servers, Simulation
from snowgrid.scenarios.subjects import SUBJECTS

DOCS = (Path(__file__).parents[3] / "docs" / "scenarios.md").read_text(encoding="utf-8")
GOOD = """\
title: One device says something.
load:
  rate: 10
  duration: 1s
expect:
  lost: 0
"""


def expected_of(scenario: Scenario, subject: str) -> Expectation:
    return next(each for each in scenario.expect if each.subject.name == subject)


def reading(tmp_path: Path, text: str):
    file = tmp_path / "my.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_that_comes_along_can_be_read_and_expects_that_nothing_is_lost(name):
    scenario = load_scenario(name)
    for subject in ("problems", "lost"):
        (limit,) = expected_of(scenario, subject).bound
        assert not limit.operator
        assert limit.number == 0
    assert f"| `{name}` | {scenario.title} | {scenario.servers} |" in DOCS


def test_the_documentation_lists_every_word_and_no_other():
    words = DOCS.partition("## What can be expected")[2]
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| \w+ \|$", words, re.MULTILINE)
    assert rows == [(subject.name, subject.meaning) for subject in SUBJECTS.values()]


def test_the_example_in_the_documentation_is_a_scenario(tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL)
    scenario = reading(tmp_path, example)
    assert isinstance(scenario.publishes, LoadOrder)
    assert [fault.name() for fault in scenario.publishes.faults.entries] == [
        "reconnect-storm",
        "duplicate",
    ]
    assert scenario.servers is Servers.EMBEDDED
    assert str(expected_of(scenario, "p99_stored")) == "below 2 s"


@pytest.mark.parametrize(
    ("was", "instead", "told"),
    [
        ("rate: 10", "rat: 10", "my.yaml:3: load.rat: no such key: did you mean 'rate'?"),
        ("duration: 1s", "duration: 1", "my.yaml:4: load.duration: want a duration such as 90s"),
        ("lost: 0", "losses: 0", "my.yaml:6: expect.losses: no such word: did you mean 'lost'?"),
        ("lost: 0", "lost: {belw: 1}", "my.yaml:6: expect.lost: no bound 'belw': did you mean"),
        ("lost: 0", "p99_stored: 1", "my.yaml:6: expect.p99_stored: want a duration such as"),
        ("lost: 0", "rejected: {jsn: 1}", "expect.rejected: no reason 'jsn': did you mean 'json'"),
        ("lost: 0", "alerts: no.alerts", "my.yaml:6: expect.alerts: want the name of a file in"),
        ("rate: 10", "rate: 10\n  kind: samovar", "my.yaml:2: load: no kind 'samovar'"),
        ("rate: 10", "rate: 99000\n  devices: 20", "my.yaml:2: load: 20 devices cannot make"),
        (
            "rate: 10",
            "rate: 10\n  faults: {garbge: 1%}",
            "my.yaml:4: load.faults: faults: there is",
        ),
        ("expect:", "settings: {alert.enabled: 1}\nexpect:", "my.yaml:5: settings: "),
        ("expect:", "store: [{from: 1%, to: 5%, hang: true}]\nexpect:", "servers: native"),
        (
            "load:",
            "simulate: {fleet: beijing, start: x, length: 1h, duration: 1s}\nload:",
            "either",
        ),
        ("rate: 10", "rate: 10\n  rate: 11", "my.yaml:4: no YAML that can be read: the key 'rate'"),
    ],
)
def test_a_mistake_is_told_with_line_key_and_what_to_write(tmp_path, was, instead, told):
    with pytest.raises(ConfigError, match=re.escape(told)):
        reading(tmp_path, GOOD.replace(was, instead))


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        ("{from: 50%, to: 10%, hang: true}", "store 1: to: want it later than `from`"),
        ("{from: 5%, to: 10%}", "store 1: want one of delay, answer and hang"),
        ("{from: 5%, to: 10%, delay: 1s, hang: true}", "want one of delay, answer and hang"),
        ("{from: 5%, to: 10%, answer: 200}", "answer: want an HTTP status"),
    ],
)
def test_a_trouble_of_the_database_is_one_and_has_a_time(tmp_path, trouble, told):
    with pytest.raises(ConfigError, match=re.escape(told)):
        reading(tmp_path, GOOD.replace("expect:", f"servers: native\nstore: [{trouble}]\nexpect:"))


def test_a_time_without_a_zone_is_none(tmp_path):
    simulate = "simulate: {fleet: beijing, start: 2025-11-06T09:30, length: 1h, duration: 1s}"
    text = f"title: A\n{simulate}\nexpect: {{lost: 0}}\n"
    with pytest.raises(ConfigError, match=r"my.yaml:2: simulate.start: want a time with its zone"):
        reading(tmp_path, text)
    scenario = reading(tmp_path, text.replace("09:30", "09:30+08:00"))
    assert isinstance(scenario.publishes, Simulation)
    assert scenario.publishes.start.isoformat() == "2025-11-06T09:30:00+08:00"


def test_an_unknown_name_is_told_with_the_nearest_there_is():
    with pytest.raises(ConfigError, match=r"no scenario 'poisson'.*did you mean 'poison'"):
        load_scenario("poisson")


@pytest.mark.parametrize(
    ("value", "unit", "number", "text"),
    [
        ("500ms", Unit.SECONDS, 0.5, "500 ms"),
        ("2m", Unit.SECONDS, 120, "120 s"),
        ("7.5%", Unit.SHARE, 0.075, "7.5%"),
        ("10 %", Unit.SHARE, 0.1, "10%"),
        ("500 MiB", Unit.BYTES, 500 << 20, "500.0 MiB"),
        (30_000, Unit.COUNT, 30_000, "30,000"),
        (0.5, Unit.COUNT, 0.5, "0.5"),
    ],
)
def test_quantities_are_read_and_told_in_their_unit(value, unit, number, text):
    assert quantity(value, unit) == pytest.approx(number)
    assert readable(number, unit) == text


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (10, Unit.SECONDS),
        ("10", Unit.SHARE),
        ("10", Unit.COUNT),
        (True, Unit.COUNT),
        ("5 apples", Unit.BYTES),
        ([1], Unit.COUNT),
    ],
)
def test_a_number_without_its_unit_is_refused_with_what_is_wanted(value, unit):
    with pytest.raises(ValueError, match=re.escape(unit.value)):
        quantity(value, unit)

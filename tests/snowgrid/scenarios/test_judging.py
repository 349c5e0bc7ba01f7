"""What was expected against what was found."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.core.rejection import REASONS
from ingest.errors import ConfigError
from snowgrid.loading.course import Part
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.usage import Usage
from snowgrid.loading.verification import Verification
from snowgrid.scenarios.expectation import expectation_of
from snowgrid.scenarios.facts import Facts, facts_of
from snowgrid.scenarios.files import load_scenario
from snowgrid.scenarios.judging import Judgement, State, judge
from snowgrid.scenarios.scaling import scaled
from snowgrid.scenarios.subjects import SUBJECTS
from tests.snowgrid.loading.runs import latency_of, load_of, run_of, service_of

FULL = Usage(by_role={}, busy=1.99, processors=2)


def judged(facts: Facts, **expected: object) -> list[Judgement]:
    return judge(
        [
            expectation_of(SUBJECTS[name], value, Path(), REASONS)
            for name, value in expected.items()
        ],
        facts,
    )


def state_of(facts: Facts, **expected: object) -> State:
    (judgement,) = judged(facts, **expected)
    return judgement.state


@pytest.mark.parametrize(
    ("bound", "holds"),
    [
        (5, True),
        (6, False),
        ({"below": 5}, False),
        ({"at_most": 5}, True),
        ({"at_least": 5}, True),
        ({"above": 5}, False),
        ({"at_least": 4, "below": 5}, False),
        ({"at_least": 4, "below": 6}, True),
    ],
)
def test_a_number_is_exact_or_within_its_bounds(bound, holds):
    state = state_of(Facts(numbers={"lost": 5}), lost=bound)
    assert state is (State.HELD if holds else State.FAILED)


def test_what_was_expected_is_told_beside_what_was_found():
    told = judged(Facts(numbers={"p99_stored": 1.43}), p99_stored={"below": "1s"})
    assert [(each.expected, each.found) for each in told] == [("below 1 s", "1.43 s")]


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        (10, True),
        ({"at_most": "1%"}, True),
        ({"json": 9, "size": 1}, True),
        ({"json": {"at_least": "0.8%", "at_most": "1%"}, "size": 1}, True),
        ({"json": {"at_least": "1%"}, "size": 1}, False),
        ({"json": 9}, False),  # a reason that is not named must be 0
        ({"json": 9, "size": 1, "range": 1}, False),
        (0, False),
    ],
)
def test_rejections_are_expected_in_all_or_by_reason_and_in_shares(expected, holds):
    facts = Facts(readings=1_000, rejected={"json": 9, "size": 1})
    assert state_of(facts, rejected=expected) is (State.HELD if holds else State.FAILED)


def test_too_slow_on_a_machine_that_is_full_is_short_and_anything_else_that_fails_has_failed():
    full = Facts(numbers={"p99_stored": 3, "lost": 1}, machine_full="2 of 2 busy")
    slow = Facts(numbers={"p99_stored": 3})
    assert state_of(full, p99_stored={"below": "1s"}) is State.SHORT
    assert state_of(slow, p99_stored={"below": "1s"}) is State.FAILED
    assert state_of(full, lost=0) is State.FAILED


def test_problems_are_short_when_all_of_them_are_about_time_and_the_machine_was_full():
    late = service_of(committed=100, stored=90)
    problems = ["10 readings were not in the database in time"]
    facts = facts_of(run_of(service=late, problems=problems, usage=FULL))
    assert state_of(facts, problems=0) is State.SHORT
    facts = facts_of(run_of(service=late, problems=[*problems, "1 is missing"], usage=FULL))
    assert state_of(facts, problems=0) is State.FAILED


def test_what_nobody_looked_at_is_not_known_and_says_what_to_give():
    facts = facts_of(run_of(service=None))
    told = judged(facts, lost=0, rejected=0, p99_stored={"below": "1s"}, memory_most="1 MiB")
    assert {each.state for each in told} == {State.UNKNOWN}
    assert ["--verify" in told[0].found, "--service" in told[1].found] == [True, True]


HOT = "  48:57  firing    warning   hot                  hall/rack-1   at {} °C"
DARK = "  49:00  firing    info      dark                 home/home-1   lost the mains"


def test_alerts_are_compared_line_by_line_but_for_the_values_in_their_words(tmp_path):
    file = tmp_path / "my.alerts"
    file.write_text(f"{HOT.format(26.9)}\n{DARK}\n")
    (held,) = judged(Facts(texts={"alerts": f"{HOT.format(27)}\n{DARK}\n"}), alerts=str(file))
    assert (held.state, held.found) == (State.HELD, "all 2 lines")
    later = DARK.replace("49:00", "49:01")
    found = f"{HOT.format(26.9)}\n{later}\n"
    (failed,) = judged(Facts(texts={"alerts": found}), alerts=str(file))
    assert failed.state is State.FAILED
    assert failed.details == [f"missing    {DARK}", f"unexpected {later}"]


def test_facts_are_those_of_the_report():
    order = LoadOrder(rate_per_s=50.0, duration_s=2.0, warmup_s=0.0, devices=50, kind="server")
    load = load_of(connections=12, reconnects=2, acknowledged=75, elapsed_s=2.5)
    report = run_of(
        load,
        order=order,
        service=service_of(rejected={"json": 3}, spooled=4),
        stored=latency_of(*[0.2] * 100),
        verification=Verification(store="a store", missing=1, doubled=2, altered=3, unexpected=4),
        problems=["it is bad"],
        usage=FULL,
    )
    facts = facts_of(report)
    found = [facts.numbers[name] for name in ("lost", "doubled", "altered", "unexpected")]
    assert found == [1, 2, 3, 4]
    assert facts.numbers["problems"] == 1
    assert facts.numbers["connections"] == 10
    assert facts.numbers["kept_up"] == pytest.approx(0.75 * 2 / 2.5)
    assert facts.numbers["points_per_s"] > 100 * 5 / 2.5
    assert facts.numbers["p99_stored"] == pytest.approx(0.2, rel=0.01)
    assert facts.numbers["spooled_at_end"] == 4
    assert facts.rejected == {"json": 3}
    assert facts.machine_full


def course(memory_bytes: list[int], files: list[int], p99_s: list[float]) -> list[Part]:
    return [
        Part(at_s=at, memory_bytes=memory, open_files=open_, spooled=at, stored_p99_s=p99)
        for at, (memory, open_, p99) in enumerate(zip(memory_bytes, files, p99_s, strict=True))
    ]


def test_growth_is_that_of_the_last_quarter_over_the_second():
    leaking = course(
        [50, 50, 100, 100, 104, 106, 110, 110],
        [9, 9, 20, 20, 25, 27, 30, 30],
        [0.2] * 6 + [0.3] * 2,
    )
    numbers = facts_of(run_of(course=leaking)).numbers
    assert numbers["memory_growth"] == pytest.approx(0.1)
    assert numbers["files_growth"] == 10
    assert numbers["latency_growth"] == pytest.approx(0.5)
    assert numbers["spooled_most"] == 7


def test_latencies_below_what_can_be_measured_are_equal_and_a_short_run_tells_no_growth():
    quick = course([1] * 4, [1] * 4, [0.001, 0.001, 0.02, 0.04])
    assert facts_of(run_of(course=quick)).numbers["latency_growth"] == 0
    assert "memory_growth" in facts_of(run_of(course=quick[:3])).unknown


def test_scaling_changes_devices_messages_connections_and_what_is_expected_of_them():
    small = scaled(load_scenario("reconnect-storm"), 0.1, 20)
    order = small.publishes
    assert isinstance(order, LoadOrder)
    asked = order.devices, order.rate_per_s, order.connections, order.connects_per_s
    assert asked == (2_000, 100, 1_000, 100)
    assert order.duration_s == 20
    expected = {each.subject.name: str(each) for each in small.expect}
    assert expected["connections"] == "1,000"
    assert expected["connected"] == "below 15 s"


def test_uploads_keep_a_device_each_however_long_the_run():
    longer = scaled(load_scenario("backlog-flush"), 0.01, 40).publishes
    assert isinstance(longer, LoadOrder)
    assert longer.devices >= longer.plan().schedule(1.0).total == 205


def test_the_devices_of_a_fleet_are_what_they_are():
    with pytest.raises(ConfigError, match="cold-front plays the devices of its fleet"):
        scaled(load_scenario("cold-front"), 0.5, None)
    shorter = scaled(load_scenario("cold-front"), 1, 4)
    assert shorter.publishes.duration_s == 4
    poison = load_scenario("poison")
    of_fleet = replace(poison, publishes=LoadOrder(fleet="beijing"))
    with pytest.raises(ConfigError, match="--scale: poison has the devices of a fleet"):
        scaled(of_fleet, 0.5, None)

"""Faults as people write them, as files keep them, and what is wrong with them."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.errors import FaultInvalid
from devices.faults.catalog import (
    CATALOG,
    Duplicate,
    Garbage,
    Late,
    OutOfOrder,
    Oversized,
    ReconnectStorm,
)
from devices.faults.parse import fault_plan_of, parse_faults
from devices.faults.plan import FaultPlan

PLAN = FaultPlan((Garbage(share=0.1), Late(share=0.01, by_s=7200.0), ReconnectStorm(per_minute=2)))


def test_the_command_line_and_both_forms_of_yaml_say_the_same():
    assert parse_faults("garbage=10%,late=1%:2h,reconnect-storm=2/min") == PLAN
    assert parse_faults("garbage=0.1, late=0.01:by=2h, reconnect_storm=2") == PLAN
    as_list = [
        {"fault": "garbage", "share": 0.1},
        {"fault": "late", "share": "1%", "by": "2h"},
        {"fault": "reconnect-storm", "per_minute": 2},
    ]
    assert fault_plan_of(as_list) == PLAN
    by_name = {"garbage": "10%", "late": {"share": 0.01, "by": "120m"}, "reconnect-storm": "2/min"}
    assert fault_plan_of(by_name) == PLAN


@pytest.mark.parametrize("text", ["- {fault: garbage, share: 10%}", "faults: {garbage: 0.1}"])
def test_a_file_of_faults_is_read(tmp_path, text):
    (tmp_path / "faults.yaml").write_text(text)
    assert parse_faults(str(tmp_path / "faults.yaml")) == FaultPlan((Garbage(share=0.1),))


def test_what_is_not_said_has_its_default():
    assert parse_faults("out-of-order=1%") == FaultPlan((OutOfOrder(share=0.01, behind=1),))


def test_without_faults_there_is_no_plan():
    assert not fault_plan_of(None)
    assert not parse_faults("")
    assert PLAN


@st.composite
def plans(draw):
    kinds = draw(st.lists(st.sampled_from(list(CATALOG.values())), max_size=4))
    return FaultPlan(tuple(kind(**{kind.rate_key: draw(st.floats(0, 0.2))}) for kind in kinds))


@given(plans())
def test_a_plan_read_back_from_json_is_the_plan(plan):
    assert msgspec.json.decode(msgspec.json.encode(plan), type=FaultPlan) == plan


@given(plans())
def test_what_a_person_would_write_for_a_plan_is_read_as_that_plan(plan):
    words = ",".join(f"{entry.name()}={entry.rate!r}" for entry in plan.entries)
    assert parse_faults(words) == plan


def test_the_page_lists_every_fault_with_its_parameters_and_their_defaults():
    page = Path("docs/load.md").read_text(encoding="utf-8")
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `")}
    assert rows.keys() >= CATALOG.keys()
    for name, fault in CATALOG.items():
        cells = [cell.strip() for cell in rows[name].split("|")]
        assert cells[2] == {"connections": "times a minute"}.get(fault.hits, fault.hits)
        for key, default in fault.parameters().items():
            words = re.match(r"`(\w+)` \((\w+)\)", cells[3])
            assert words, f"{name}: {key} is missing"
            entry = parse_faults(f"{name}=1%:{words[1]}={words[2]}").entries[0]
            assert getattr(entry, key) == default
        assert cells[3] or not fault.parameters()


@pytest.mark.parametrize("fault", CATALOG.values())
def test_every_fault_says_what_it_is_and_its_parameters_have_bounds(fault):
    assert fault.summary().endswith(".")
    assert fault.parameters().keys() == fault.bounds.keys()
    for key, (low, high) in fault.bounds.items():
        assert low <= fault.parameters()[key] <= high


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("garbag=1%", "no fault 'garbag': did you mean 'garbage'?"),
        ("late=1%:2", "late: by: want a duration such as"),
        ("late=1%:bye=2h", "late: no key 'bye': did you mean 'by'?"),
        ("late", "late: how often? want late=1%"),
        ("reconnect-storm", "want reconnect-storm=2/min"),
        ("gap=1%:3", "gap: it has no parameter, got '3'"),
        ("gap=few", "gap: share: want a share such as 1% or 0.01, got 'few'"),
        ("gap=70%,late=70%", "the shares of messages add up to 1.4"),
        ("stuck=70%,silent=70%", "the shares of devices add up to 1.4"),
        ("late=200%", "late: share: want 0 … 1, got 2"),
        ("oversized=1%:3", "oversized: payload_bytes: want 1000 …"),
        ("out-of-order=1%:1.5", "out-of-order: Expected `int`"),
        ("nowhere.yaml", "--faults nowhere.yaml: cannot be read"),
    ],
)
def test_a_mistake_is_told_with_fault_key_and_fix(text, said):
    with pytest.raises(FaultInvalid) as problem:
        parse_faults(text)
    assert said in str(problem.value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("garbage", "want a list such as"),
        (["garbage"], "want {fault: NAME"),
        ([{"fault": "garbage"}], "garbage: share is missing"),
        ([{"fault": "garbage", "share": True}], "garbage: share: want a number"),
    ],
)
def test_what_is_no_list_of_faults_is_refused(given, said):
    with pytest.raises(FaultInvalid, match=said):
        fault_plan_of(given)


def test_a_fault_may_stand_in_a_plan_twice_with_other_parameters():
    plan = parse_faults("late=1%:2h,late=1%:40d,duplicate=1%,oversized=1%:200000")
    assert [type(entry) for entry in plan.entries] == [Late, Late, Duplicate, Oversized]

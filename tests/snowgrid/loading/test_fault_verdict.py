"""Each way in which a fault can come to something else makes the verdict bad, and is named."""

from typing import Any

import msgspec
import pytest

from devices.faults.parse import parse_faults
from snowgrid.loading.fault_counts import FaultAccount, FaultCount, Range
from snowgrid.loading.fault_rows import fault_rows
from snowgrid.loading.html import page
from snowgrid.loading.result import RunReport, merged_runs, read_report, write_report
from snowgrid.loading.verdict import notes_of, praise_of, problems_of
from snowgrid.loading.verification import FaultFound, Verification
from snowgrid.loading.windows_found import WindowsFound
from tests.snowgrid.loading.runs import load_of, run_of, service_of

FAULTS = parse_faults(
    "garbage=5%,truncated=5%,unknown-field=5%,gap=5%,wrong-site=5%,spike=5%,duplicate=5%,"
    "retained=5%,reconnect-storm=1/min"
)
ACCOUNT = FaultAccount(
    faults=[
        FaultCount(fault="garbage", sent=5, fates={"json": 5}),
        FaultCount(fault="truncated", sent=4, fates={"json": 4}),
        FaultCount(fault="unknown-field", sent=6, fates={"stored": 6}),
        FaultCount(fault="gap", sent=3, fates={"never sent": 3}),
        FaultCount(fault="wrong-site", sent=2, fates={"stored": 2}),
        FaultCount(fault="spike 5", sent=4, fates={"stored": 3, "range": 1}),
        FaultCount(fault="duplicate", sent=2, fates={"stored": 1}),
        FaultCount(fault="retained", sent=2, fates={"stored": 2}),
        FaultCount(fault="reconnect-storm", sent=2),
    ],
    rejected={"json": Range(9, 10), "range": Range(1, 1)},
    unknown_fields=Range(6, 6),
    lost_upstream=12,
)
SERVICE: dict[str, Any] = {
    "committed": 90,
    "stored": 90,
    "rejected": {"json": 9, "range": 1},
    "unknown_fields": 6,
    "lost_upstream": 12,
}
FOUND = Verification(store="X", faults={3: FaultFound(present=6), 6: FaultFound(present=3)})


def faulty_run(load: Any = None, service: Any = None, **given: Any) -> RunReport:
    """Return a good run with faults, but for what is given."""
    parts: dict[str, Any] = {
        "faults": ACCOUNT,
        "service": service_of(**SERVICE | (service or {})),
        "verification": FOUND,
        "windows": WindowsFound(windows=40, wrong=0, findings=[]),
        "retained": 10,
        "skipped_before": 10,
    }
    run = run_of(load, **parts | given)
    return msgspec.structs.replace(run, order=msgspec.structs.replace(run.order, faults=FAULTS))


def test_a_run_in_which_every_fault_came_to_what_it_must_is_good_and_praised_for_it():
    assert problems_of(faulty_run()) == []
    assert "every fault came to what it must" in praise_of(faulty_run())


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        (
            faulty_run(service={"rejected": {"json": 7, "range": 1}}),
            "2 of 9 … 10 readings were not rejected as `json` (garbage, truncated)",
        ),
        (
            faulty_run(service={"rejected": {"json": 9}}),
            "1 of 1 readings were not rejected as `range` (spike 5)",
        ),
        (
            faulty_run(service={"rejected": {"json": 11, "range": 1}}),
            "rejected 11 readings as `json`, and 9 … 10 should have been",
        ),
        (
            faulty_run(service={"rejected": {"json": 9, "range": 1, "schema": 3}}),
            "rejected 3 readings as `schema`, and 0 should have been",
        ),
        (faulty_run(service={"unknown_fields": 5}), "dropped 5 unknown fields, and 6 were sent"),
        (faulty_run(service={"lost_upstream": 0}), "misses 0 readings that were lost on the way"),
        (faulty_run(skipped_before=9), "skipped 9 of 10 messages that the broker had retained"),
        (faulty_run(service={"skipped": 2}), "skipped 2 readings as old state, and they were new"),
        (
            faulty_run(windows=WindowsFound(windows=40, wrong=2, findings=["window a"])),
            "2 of 40 windows count readings wrong",
        ),
        (
            faulty_run(load_of(acknowledged=97, refused=3, reasons={"NOT_AUTHORIZED": 3})),
            "3 messages were refused by the broker",
        ),
    ],
)
def test_a_fault_that_comes_to_something_else_makes_the_verdict_bad(run, problem):
    assert any(problem in said for said in problems_of(run)), problems_of(run)


def test_what_only_topics_of_others_were_refused_for_is_as_it_should_be():
    counts = [*ACCOUNT.faults]
    counts[4] = FaultCount(fault="wrong-site", sent=2, refused=2)
    account = msgspec.structs.replace(ACCOUNT, faults=counts)
    load = load_of(acknowledged=98, refused=2, reasons={"NOT_AUTHORIZED": 2})
    run = msgspec.structs.replace(faulty_run(load), faults=account)
    assert problems_of(run) == []
    assert "2 rightly refused by the broker" in [row.found for row in fault_rows(run)][4]


def test_losses_are_not_held_against_a_service_that_knew_the_devices():
    run = faulty_run(service={"lost_upstream": 3, "devices": 50})
    assert problems_of(run) == []
    assert any("knew devices from before" in note for note in notes_of(run))


def test_one_of_several_publishers_asks_for_no_less_than_its_own():
    run = faulty_run(service={"rejected": {"json": 90, "range": 9}, "unknown_fields": 60})
    sharded = msgspec.structs.replace(run, order=msgspec.structs.replace(run.order, shard="1/2"))
    assert problems_of(sharded) == []
    few = msgspec.structs.replace(sharded, service=service_of(**SERVICE | {"rejected": {}}))
    assert any("not rejected as `json`" in problem for problem in problems_of(few))


def test_the_table_says_what_was_sent_what_must_come_of_it_and_what_was_found():
    rows = {row.fault: row for row in fault_rows(faulty_run())}
    assert rows["garbage"][1:] == (
        "5 messages",
        "5 dead letters `json`",
        "9 of 9 … 10 `json`, in all",
    )
    assert rows["spike 5"].expected == "3 stored; 1 dead letters `range`"
    assert rows["spike 5"].found == "3 stored; 1 of 1 `range`, in all"
    assert rows["duplicate"].expected == "1 stored once"
    assert rows["gap"].found == "0 stored; 12 of 12 missed, in all"
    assert rows["unknown-field"].found == "6 stored; 6 of 6 dropped, in all"
    assert rows["retained"].found == "0 stored; 10 skipped"
    assert rows["reconnect-storm"].sent == "2 connections"


def test_without_faults_there_is_no_table():
    assert list(fault_rows(run_of())) == []
    assert "Faults" not in page(run_of())


def test_files_keep_the_faults_and_the_page_shows_them(tmp_path):
    write_report(faulty_run(), tmp_path / "run.json")
    assert read_report(tmp_path / "run.json") == faulty_run()
    assert "<h2>Faults</h2>" in page(faulty_run())
    assert "5 dead letters `json`" in page(faulty_run())


def test_reports_of_shards_add_up_their_faults():
    def shard(text: str) -> RunReport:
        run = faulty_run(shards=[text])
        return msgspec.structs.replace(run, order=msgspec.structs.replace(run.order, shard=text))

    both = merged_runs([shard("1/2"), shard("2/2")])
    assert both.faults
    assert both.faults.faults[0].sent == 10
    assert both.faults.rejected["json"] == Range(18, 20)
    assert both.windows == WindowsFound(windows=80, wrong=0, findings=[])

"""Who runs, and who is to be emptied, from one run to the next."""

from pathlib import Path

import pytest

from devices.registry import kinds
from ingest.errors import ConfigError
from ingest.settings import Settings, load_settings
from ingest.workers.members import FILE, Plan, Record, RecordFile, overrides_of, plan_of

KINDS = sorted(kinds())


def settings(folder: Path, workers: int, **others: object) -> Settings:
    given = {"store.spool.dir": folder, "service.workers": workers, **others}
    return load_settings(overrides=given, env={})


def run(folder: Path, workers: int, readings: dict[str, float] | None = None) -> Plan:
    """Plan a run, and keep the record as its end would."""
    asked = settings(folder, workers)
    file = RecordFile(folder)
    plan = plan_of(asked, KINDS, file.read(asked))
    members = (*plan.workers, *plan.former)
    file.write(Record(members=members, readings=readings or dict(plan.readings)))
    return plan


def test_the_next_run_has_the_same_workers_and_nobody_to_empty(tmp_path):
    first, second = run(tmp_path, 3), run(tmp_path, 3)
    assert second.workers == first.workers
    assert second.former == ()


def test_no_two_members_share_a_session_or_a_spool(tmp_path):
    members = [*run(tmp_path, 2).workers, *run(tmp_path, 3).workers, *run(tmp_path, 1).workers]
    assert len({member.client_id for member in members}) == len(members)
    assert len({member.folder for member in members}) == len(members)


def test_with_another_number_those_of_before_are_emptied(tmp_path):
    first, second = run(tmp_path, 2), run(tmp_path, 3)
    assert second.former == first.workers
    third = run(tmp_path, 1)
    assert set(third.former) == {*first.workers, *second.workers}
    assert third.workers[0].client_id == "snowgrid-ingest"


def test_a_service_that_ran_alone_is_emptied_too(tmp_path):
    (tmp_path / "lock").touch()
    [alone] = run(tmp_path, 2).former
    assert (alone.client_id, alone.folder) == ("snowgrid-ingest", str(tmp_path))
    assert alone.topics == ("telemetry/#",)


def test_who_comes_back_is_not_emptied(tmp_path):
    first = run(tmp_path, 2)
    run(tmp_path, 3)
    back = run(tmp_path, 2)
    assert back.workers == first.workers
    assert not set(back.former) & set(back.workers)


def test_the_stream_is_dealt_anew_only_when_it_has_become_uneven(tmp_path):
    even = dict.fromkeys(KINDS, 1e6)
    run(tmp_path, 2, even)
    before = run(tmp_path, 2, even | {KINDS[0]: 1.1e6})
    assert run(tmp_path, 2).workers == before.workers
    first = before.workers[0].topics
    uneven = {kind: 1e6 if f"telemetry/+/{kind}/+" in first else 1.0 for kind in KINDS}
    run(tmp_path, 2, uneven)
    after = run(tmp_path, 2)
    assert after.workers != before.workers
    assert after.former == before.workers


def test_a_filter_that_is_added_is_dealt(tmp_path):
    sites = ["telemetry/a/#", "telemetry/b/#"]
    before = plan_of(settings(tmp_path, 2, **{"mqtt.topics": sites}), KINDS, Record())
    more = settings(tmp_path, 2, **{"mqtt.topics": [*sites, "telemetry/c/#"]})
    after = plan_of(more, KINDS, Record(members=before.workers))
    assert {topic for member in after.workers for topic in member.topics} == {
        *sites,
        "telemetry/c/#",
    }


def test_a_member_has_its_share_of_the_disk_and_no_endpoint_of_its_own(tmp_path):
    asked = settings(tmp_path, 2, **{"store.spool.max_bytes": 1_000})
    member = plan_of(asked, KINDS, Record()).workers[0]
    given = overrides_of(member, 2, asked)
    theirs = load_settings(overrides=given, env={})
    assert theirs.store.spool.max_bytes == 500
    assert theirs.store.spool.dir == Path(member.folder)
    assert theirs.mqtt.topics == member.topics
    assert (theirs.http.enabled, theirs.service.workers) == (False, 1)


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"{", "nobody knows whose sessions"),
        (b'{"version": 99}', "in format 99, and this snowgrid knows formats up to 1"),
    ],
)
def test_a_record_that_cannot_be_read_stops_the_start(tmp_path, content, wrong):
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ConfigError, match=f"{FILE}: .*{wrong}"):
        RecordFile(tmp_path).read(settings(tmp_path, 2))

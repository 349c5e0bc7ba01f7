import json
from collections import Counter

import numpy as np
import pytest

from devices.errors import LoadInvalid
from devices.fleets.file import load_fleet
from devices.load.crowd import crowd_of
from devices.load.shard import Shard
from devices.load.workload import LoadMessage, Workload
from devices.registry import kind_named
from tests.devices.load.loads import START_MS, plan_of, workload_of


def messages_of(workload: Workload) -> list[LoadMessage]:
    return [message for some in workload.messages(START_MS) for message in some]


def said(plan, **given) -> list[tuple[str, bytes]]:
    return [(m.topic, m.payload) for m in messages_of(workload_of(plan, **given))]


def test_the_same_seed_makes_the_same_bytes_and_another_one_makes_others():
    assert said(plan_of(seed=7)) == said(plan_of(seed=7))
    assert said(plan_of(seed=7)) != said(plan_of(seed=8))


@pytest.mark.parametrize("batch", [1, 7])
def test_no_device_makes_two_readings_in_a_millisecond_and_each_counts_its_own(batch):
    plan = plan_of(batch=batch, duration_s=1.0)
    readings = [
        (topic, reading["ts"], reading["seq"])
        for topic, payload in said(plan)
        for reading in (json.loads(payload) if batch > 1 else [json.loads(payload)])
    ]
    assert len({(topic, ts) for topic, ts, _ in readings}) == len(readings) == 1_000 * batch
    for device in {topic for topic, _, _ in readings}:
        own = [(ts, seq) for topic, ts, seq in readings if topic == device]
        assert own == sorted(own)
        assert [seq for _, seq in own] == list(range(len(own)))


def test_a_reading_is_made_the_millisecond_its_message_is_due():
    plan = plan_of()
    workload = workload_of(plan)
    due_ms = workload.schedule.times_s(np.arange(500.0)) * 1_000
    made_ms = [json.loads(message.payload)["ts"] - START_MS for message in messages_of(workload)]
    assert made_ms == due_ms.astype(int).tolist()


def test_all_devices_speak_in_turn():
    devices = [message.device for message in messages_of(workload_of(plan_of()))]
    assert devices == [number % 200 for number in range(500)]


def test_shards_have_devices_of_their_own_and_all_of_them_together():
    fleet = load_fleet("chongli")
    plans = [plan_of(shard=Shard(number, 4)) for number in (1, 2, 3, 4)]
    names = [
        {
            (b.group.site, b.kind.name, name)
            for b in Workload(fleet, p).blocks
            for name in b.group.names
        }
        for p in plans
    ]
    assert sum(map(len, names)) == len(set().union(*names)) == fleet.device_count
    assert max(map(len, names)) - min(map(len, names)) <= 1


def test_shards_divide_the_rate_as_they_divide_the_devices():
    plans = [plan_of(shard=Shard(number, 3)) for number in (1, 2, 3)]
    totals = [len(said(plan)) for plan in plans]
    assert sum(totals) == pytest.approx(500, abs=3)
    assert max(totals) - min(totals) <= 4


def test_a_process_of_a_shard_is_a_smaller_shard():
    parts = [Shard(2, 3).part(number, 2) for number in (0, 1)]
    assert list(map(str, parts)) == ["3/6", "4/6"]


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0"])
def test_a_shard_that_cannot_be_is_refused(text):
    with pytest.raises(LoadInvalid, match="--shard"):
        Shard.parse(text)


def test_kinds_of_a_fleet_take_turns_and_all_devices_speak():
    fleet = load_fleet("chongli")
    plan = plan_of(rate_per_s=fleet.device_count, duration_s=1.0)
    kinds = Counter(message.topic.split("/")[2] for message in messages_of(Workload(fleet, plan)))
    assert kinds.keys() == fleet.devices_by_kind.keys()


def test_too_few_devices_for_the_rate_are_refused_with_how_many_it_takes():
    with pytest.raises(LoadInvalid, match="use 101 or more"):
        workload_of(plan_of(rate_per_s=20_000.0, batch=5), devices=20)


def test_uploads_cover_the_span_asked_for_and_every_device_makes_one():
    plan = plan_of(batch=120, span_s=7_200.0, duration_s=0.2)
    uploads = [json.loads(payload) for _, payload in said(plan)]
    topics = [topic for topic, _ in said(plan)]
    assert len(set(topics)) == len(topics) == 200
    assert all(len(upload) == 120 for upload in uploads)
    assert {upload[-1]["ts"] - upload[0]["ts"] for upload in uploads} == {119 * 60_000}


@pytest.mark.parametrize(
    ("given", "asked"), [({"duration_s": 0.3}, "300 messages"), ({"span_s": 0.1}, "too short")]
)
def test_uploads_that_would_overlap_are_refused(given, asked):
    with pytest.raises(LoadInvalid, match=f"--span: .*{asked}"):
        workload_of(plan_of(**{"batch": 120, "span_s": 7_200.0, "duration_s": 0.2} | given))


def test_devices_that_say_nothing_send_no_message():
    workload = workload_of(plan_of())
    portion = next(workload.portions(START_MS))
    quiet = portion.rows(portion.device != 3)
    messages = [message for piece in quiet.pieces(50) for message in workload._encoded(piece)]
    assert [message.number for message in messages] == [n for n in range(200) if n != 3]


@pytest.mark.parametrize("devices", [0, 6_000_000])
def test_a_crowd_has_a_size_that_makes_sense(devices):
    with pytest.raises(LoadInvalid, match="--devices"):
        crowd_of(kind_named("server"), devices)


def test_a_large_crowd_stands_at_several_sites():
    fleet = crowd_of(kind_named("server"), 25_000)
    assert [len(group) for group in fleet.groups] == [10_000, 10_000, 5_000]
    assert fleet.device_count == 25_000

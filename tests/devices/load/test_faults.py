"""Loads with faults: what is delivered, when, and what is taken down of it."""

from itertools import pairwise

import numpy as np
import pytest

from devices.faults.catalog import MINUTE_S, ReconnectStorm
from devices.faults.parse import parse_faults
from devices.load.crowd import crowd_of
from devices.load.delivery import FaultyDelivery
from devices.load.outcomes import Outcome, Outcomes
from devices.load.shard import Shard
from devices.load.storms import storm_times_s
from devices.load.workload import LoadMessage, Workload
from devices.registry import kind_named
from tests.devices.load.loads import START_MS, plan_of, publish, publisher_at, workload_of

DEVICES = 200


def delivered(faults: str, **given) -> list[LoadMessage]:
    """Return the messages of a load with faults, in the order in which they go out."""
    plan = plan_of(faults=parse_faults(faults), **given)
    workload = workload_of(plan, DEVICES)
    stage = FaultyDelivery(plan.faults, plan.seed, workload.devices, workload.schedule.total)
    some = [message for messages in workload.messages(START_MS) for message in stage(messages)]
    return [*some, *stage(())]


def due(message: LoadMessage) -> int:
    return message.number if message.due < 0 else message.due


EVERYTHING = (
    "duplicate=5%,out-of-order=5%,late=5%,gap=5%,retained=5%,wrong-site=5%,bad-topic=5%,"
    "unknown-kind=5%,garbage=5%,truncated=5%,wrong-type=5%,unknown-field=5%,oversized=5%,spike=5%,"
    "clock-skew=5%,clock-drift=5%,stuck=5%,unit-error=5%,silent=5%"
)


@pytest.mark.parametrize("batch", [1, 4])
def test_equal_seeds_and_plans_give_equal_bytes_and_messages_go_out_in_the_order_they_are_due(
    batch,
):
    messages = delivered(EVERYTHING, batch=batch)
    assert messages == delivered(EVERYTHING, batch=batch)
    assert all(due(first) <= due(second) for first, second in pairwise(messages))
    gone = 2  # gaps, and devices that are silent
    assert len({message.fault for message in messages}) == 1 + 19 - gone


def test_the_faults_of_a_device_do_not_hang_on_how_many_processes_there_are():
    plan = plan_of(faults=parse_faults("late=20%,stuck=20%"), duration_s=0.2)
    fleet = crowd_of(kind_named("server"), DEVICES)

    def faults(*shards: Shard) -> dict[str, int]:
        plans = [plan_of(faults=plan.faults, duration_s=0.2, shard=shard) for shard in shards]
        return {
            message.topic: message.fault
            for one in plans
            for messages in Workload(fleet, one).messages(START_MS)
            for message in messages
        }

    assert faults(Shard()) == faults(Shard(1, 2), Shard(2, 2))


def test_without_faults_nothing_is_changed():
    assert delivered("") == [m for some in workload_of(plan_of()).messages(START_MS) for m in some]


def test_gaps_are_left_out_and_duplicates_come_twice_at_the_same_time():
    messages = delivered("gap=20%,duplicate=20%")
    numbers = [message.number for message in messages]
    gone, twice = set(range(500)) - set(numbers), [n for n in set(numbers) if numbers.count(n) == 2]
    assert 60 < len(gone) < 140
    assert 60 < len(twice) < 140
    assert all(due(message) == message.number for message in messages)


def test_a_message_that_is_held_up_is_overtaken_by_as_many_of_its_device_as_asked():
    messages = delivered("out-of-order=10%:2", duration_s=2.0)
    held = [message for message in messages if message.due >= 0]
    assert len(held) > 100
    for message in held:
        assert message.due == min(message.number + 2 * DEVICES, 1_999)
    order = [message.number for message in messages]
    assert sorted(order) == list(range(2_000))


def test_storms_break_out_as_often_as_asked_and_first_after_half_an_interval():
    storm = ReconnectStorm(per_minute=6)
    assert storm_times_s(storm, MINUTE_S) == [5.0, 15.0, 25.0, 35.0, 45.0, 55.0]
    assert storm_times_s(storm, 4.9) == []


def test_copies_count_towards_their_message_and_are_due_when_they_say():
    outcomes = Outcomes(3)
    outcomes.note(np.array([0, 1]), Outcome.ACKNOWLEDGED)
    copy, late = outcomes.add(1, 1), outcomes.add(2, 9)
    assert outcomes.due(np.array([0, copy, late])).tolist() == [0, 1, 9]
    outcomes.note(np.array([copy]), Outcome.SENT)
    outcomes.note(np.array([late]), Outcome.ACKNOWLEDGED)
    outcomes.note_again(np.array([0]))
    assert outcomes.furthest().tolist() == [Outcome.ACKNOWLEDGED] * 3
    assert outcomes.deliveries().least.tolist() == [1, 1, 1]
    assert outcomes.deliveries().most.tolist() == [2, 2, 1]
    assert len(outcomes) == 3


def test_outcomes_read_from_their_file_are_the_outcomes(tmp_path):
    outcomes = Outcomes(3)
    outcomes.note(np.array([outcomes.add(1, 2), 0]), Outcome.REFUSED)
    outcomes.note_again(np.array([2]))
    outcomes.save(tmp_path / "outcomes.npz")
    loaded = Outcomes.load(tmp_path / "outcomes.npz")
    assert len(loaded) == 3
    assert loaded.furthest().tolist() == outcomes.furthest().tolist() == [3, 3, 0]
    for kept, was in zip(loaded.deliveries(), outcomes.deliveries(), strict=True):
        assert kept.tolist() == was.tolist()


async def test_copies_are_sent_and_acknowledged_each_and_gaps_are_not_intended(mosquitto):
    plan = plan_of(faults=parse_faults("duplicate=20%,gap=20%,out-of-order=10%"), shard=Shard(6, 8))
    publisher = publisher_at(mosquitto.port, plan)
    report = await publish(publisher)
    workload = workload_of(plan)
    stage = FaultyDelivery(plan.faults, 0, workload.devices, workload.schedule.total)
    messages = [m for some in [*workload.messages(START_MS), ()] for m in stage(some)]
    assert report.intended == report.sent == report.acknowledged == len(messages)
    assert sum(report.sent_by_due_s) == report.sent
    counts = np.bincount([message.number for message in messages], minlength=len(workload.blocks))
    assert publisher.meter.outcomes.deliveries().least.tolist() == counts.tolist()


async def test_a_storm_breaks_every_connection_and_nothing_is_lost(mosquitto):
    plan = plan_of(
        faults=parse_faults("reconnect-storm=120/min"), duration_s=1.0, shard=Shard(7, 8)
    )
    report = await publish(publisher_at(mosquitto.port, plan))
    assert report.acknowledged == report.intended
    assert report.reconnects == report.cut[1] > 4

"""A fleet in real time shows the same faults as a load."""

import asyncio
import json
import secrets
from collections import Counter, defaultdict
from datetime import UTC, datetime
from itertools import islice, pairwise

from devices.faults.parse import parse_faults
from devices.faults.plan import FaultPlan
from devices.gateways.broker import broker_address
from devices.gateways.outbox import Message
from devices.gateways.publisher import _by_device
from devices.simulator.afflictions import Afflictions
from devices.simulator.feed import Feed
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulation import Simulation
from devices.simulator.simulator import SimulatorPlan, run_simulator
from tests.devices.sample import sample_fleet

START = datetime(2026, 1, 15, 10, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)
TURNS = 400
EVERYTHING = (
    "duplicate=5%,out-of-order=5%,late=5%,gap=5%,retained=5%,wrong-site=5%,garbage=5%,"
    "truncated=5%,unknown-field=5%,spike=5%,clock-skew=10%,stuck=10%,silent=10%:5s"
)


class Heard:
    """A publisher that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def put(self, message: Message) -> None:
        self.messages.append(message)


def messages_of(faults: str, seed: int = 0) -> tuple[list[Message], SimulatorProgress]:
    fleet, heard, progress = sample_fleet(), Heard(), SimulatorProgress()
    plan = parse_faults(faults)
    afflictions = Afflictions(plan, seed, fleet, progress.faulty) if plan else None
    publishers = dict.fromkeys(fleet.gateways, heard)
    feed = Feed(fleet, publishers, progress, afflictions)  # type: ignore[arg-type]
    for turn in islice(Simulation(fleet, seed=seed, start=START).turns(), TURNS):
        feed.give(turn)
    return heard.messages, progress


def test_the_same_seed_shows_the_same_faults():
    first, progress = messages_of(EVERYTHING)
    assert first == messages_of(EVERYTHING)[0]
    assert first != messages_of(EVERYTHING, seed=1)[0]
    assert progress.faulty.keys() == {entry.name() for entry in parse_faults(EVERYTHING).entries}


def test_every_message_is_there_once_but_gaps_and_duplicates():
    plain, faulty = Counter(messages_of("")[0]), Counter(messages_of("gap=20%,duplicate=20%")[0])
    _, progress = messages_of("gap=20%,duplicate=20%")
    assert faulty.keys() < plain.keys()
    assert (plain - faulty).total() == progress.faulty["gap"] > 0
    assert (faulty - plain).total() == progress.faulty["duplicate"] > 0


def test_a_message_that_is_held_up_comes_after_the_next_of_its_device():
    messages, progress = messages_of("out-of-order=20%")
    by_device = defaultdict(list)
    for message in messages:
        by_device[message.topic].append(json.loads(message.payload)["seq"])
    swapped = sum(
        later < earlier for seqs in by_device.values() for earlier, later in pairwise(seqs)
    )
    assert 0 < swapped <= progress.faulty["out-of-order"]


def test_what_is_spoiled_is_never_joined_with_good_readings():
    good = [Message("t", b"%d" % n, "k") for n in range(4)]
    bad = Message("t", b"\xff", "k", alone=True)
    assert _by_device([*good[:2], bad, *good[2:], bad, bad]) == [
        good[:2],
        [bad],
        good[2:],
        [bad],
        [bad],
    ]
    for message in messages_of(EVERYTHING)[0]:
        assert message.alone or json.loads(message.payload)["seq"] >= 0


def test_retained_telemetry_is_marked():
    messages, progress = messages_of("retained=30%")
    assert sum(message.retain for message in messages) == progress.faulty["retained"] > 0


async def test_a_storm_breaks_the_connections_of_all_gateways_and_they_come_back(mosquitto):
    fleet = sample_fleet(site=f"site-{secrets.token_hex(4)}", gateways=3)
    progress = SimulatorProgress()
    plan = SimulatorPlan(start=START, duration_s=1.5, faults=parse_faults("reconnect-storm=60/min"))
    await run_simulator(
        fleet, broker_address(mosquitto.url), plan, stop=asyncio.Event(), progress=progress
    )
    assert progress.faulty["reconnect-storm"] >= 3
    assert progress.connections > 3
    assert progress.published.total() == progress.made.total() - progress.dropped


def test_without_faults_the_plan_of_a_fleet_has_none():
    assert SimulatorPlan().faults == FaultPlan()

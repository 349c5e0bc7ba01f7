"""Nonsense among good readings: the good ones are stored, each bad one is a dead letter."""

import asyncio
import random
from collections import Counter
from itertools import count
from pathlib import Path

import psutil
import pytest

from ingest.dead_letters.reader import read
from tests.end_to_end.databases import InDuckdb, Kept
from tests.end_to_end.meters import Message, Meters, numbered, publish
from tests.end_to_end.nonsense import Nonsense, nonsense
from tests.end_to_end.scripted_broker import ScriptedBroker
from tests.end_to_end.services import Endpoints, Ingest, loaded, running, settings_for
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

GOOD = 3_000
RETAINED = 5
MIB = 1024 * 1024


def as_message(case: Nonsense) -> Message:
    return Message(case.topic, case.payload)


async def test_good_readings_are_stored_and_each_bad_one_is_a_dead_letter_that_says_why(
    tmp_path: Path, broker: Mosquitto, kept: Kept, meters: Meters
):
    cases = list(nonsense(meters, count(GOOD)))
    messages = [*numbered(meters, range(GOOD)), *map(as_message, cases * 3)]
    random.Random(4).shuffle(messages)  # noqa: S311 - the same order each time
    retained = [Message(meters.topic(f"m-{n}"), b"{", retain=True) for n in range(RETAINED)]
    await publish(broker, retained)
    settings = settings_for(tmp_path, broker, kept)
    async with running(loaded(settings, kept)) as vitals:
        await publish(broker, messages)
        await eventually(lambda: vitals.ledger.messages.received == len(messages) + RETAINED)
        await eventually(lambda: vitals.ledger.messages.in_flight == 0)
        await eventually(lambda: vitals.store_state().waiting == 0)
        metrics = await asyncio.to_thread(
            Endpoints(f"http://127.0.0.1:{settings['http.port']}").metrics
        )

    good = {*range(GOOD), *(number for case in cases for number in case.good)}
    assert kept.readings() == sorted(map(meters.stored, good))

    expected = Counter(
        (case.topic, rejected.reason, rejected.place, rejected.payload)
        for case in cases * 3
        for rejected in case.rejected
    )
    letters = list(read(tmp_path / "deadletters"))
    found = Counter((each.topic, each.reason, each.place, each.payload) for each in letters)
    assert found == expected

    ledger = vitals.ledger
    assert ledger.balanced
    assert ledger.readings.rejected == Counter(each.reason for each in letters)
    assert ledger.readings.committed == GOOD + 3 * sum(len(case.good) for case in cases)
    assert ledger.messages.skipped == ledger.readings.skipped == RETAINED
    assert ledger.unknown_fields == {"smart_meter": 3 * sum(c.unknown_fields for c in cases)}
    assert vitals.store_state().stored == ledger.readings.committed

    for account in ("messages", "readings"):
        assert metrics[f"snowgrid_{account}_balance"] == 0
    for reason, number in ledger.readings.rejected.items():
        assert metrics[f'snowgrid_readings_rejected_total{{reason="{reason}"}}'] == number


async def test_topics_that_mosquitto_lets_nobody_publish_are_dead_letters_too(
    tmp_path: Path, meters: Meters
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    good = meters.message(0)
    topics = [meters.topic(f"m{character}1") for character in "\n\r\t\x00\x1b\x7f\x85\ufffe"]
    broker = ScriptedBroker([*(Message(topic, good.payload) for topic in topics), good])
    async with broker, running(loaded(settings_for(tmp_path, broker, kept), kept)) as vitals:
        await eventually(lambda: len(broker.acknowledged) == len(topics) + 1)
    assert [letter.topic for letter in read(tmp_path / "deadletters")] == topics
    assert vitals.ledger.readings.rejected == {"topic": len(topics)}
    assert kept.readings() == [meters.stored(0)]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of the codec
async def test_a_topic_that_is_no_text_ends_the_connection_and_not_the_service(
    tmp_path: Path, meters: Meters, caplog: pytest.LogCaptureFixture
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    broken = Message(meters.topic("m-\ud800"), b"{}")
    broker = ScriptedBroker([meters.message(0), broken])
    async with broker, running(loaded(settings_for(tmp_path, broker, kept), kept)) as vitals:
        await eventually(lambda: vitals.connections > 1)
    assert kept.readings() == [meters.stored(0)]
    assert vitals.ledger.balanced
    assert "text is not UTF-8; does the broker speak MQTT 5?" in caplog.text


async def settled(endpoints: Endpoints, messages: int) -> None:
    """Return when so many messages were taken and nothing is under way any more."""
    await eventually(lambda: endpoints.metrics()["snowgrid_messages_received_total"] == messages)
    await eventually(lambda: endpoints.metrics()["snowgrid_messages_in_flight"] == 0)


async def test_floods_of_nonsense_leave_the_memory_flat(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    service = launch(Ingest(tmp_path / "service", broker, kept))
    endpoints, process = Endpoints(service.url), psutil.Process(service.pid)
    await eventually(lambda: endpoints.health().ready)
    numbers = count()
    resident_bytes = []
    published = 0
    for _ in range(8):
        flood = [as_message(case) for case in nonsense(meters, numbers)] * 6
        await publish(broker, flood)
        published += len(flood)
        await settled(endpoints, published)
        resident_bytes.append(process.memory_info().rss)
    early, late = max(resident_bytes[:4]), max(resident_bytes[-2:])
    assert late < 1.2 * early + 20 * MIB, [each // MIB for each in resident_bytes]
    assert late < 400 * MIB, [each // MIB for each in resident_bytes]

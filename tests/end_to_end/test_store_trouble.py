"""The database is away, slow, or says no, and the spool is full: nothing is lost or held up."""

import asyncio
import urllib.request
from pathlib import Path

import pytest

from ingest.dead_letters.reader import read
from ingest.vitals import Vitals, readiness
from tests.end_to_end.databases import InInfluxdb
from tests.end_to_end.meters import Message, Meters, Stored, numbered, publish
from tests.end_to_end.services import Endpoints, loaded, running, settings_for
from tests.eventually import eventually
from tests.servers.facade import Facade
from tests.servers.faults import Answer, Disconnect, Fault, Faults, Hang
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto

COUNT = 1_000


@pytest.fixture
def kept(influxdb: Database) -> InInfluxdb:
    return InInfluxdb(influxdb)


def committed(vitals: Vitals, readings: int) -> bool:
    return vitals.ledger.readings.committed == readings


def shipped(vitals: Vitals) -> bool:
    return vitals.store_state().waiting == 0


def expected(meters: Meters, count: int) -> list[Stored]:
    return sorted(map(meters.stored, range(count)))


@pytest.mark.parametrize(
    ("fault", "note"),
    [
        (Answer(503), "503 a fault for the test; lines wait in the spool"),
        (Answer(401), "check store.influxdb.token or token_file"),
        (Answer(404), "check store.influxdb.org and bucket"),
        (Hang(), "no answer within 0.2 s"),
        (Disconnect(), "closed without an answer"),
        (Disconnect(after_write=True), "closed without an answer"),
    ],
    ids=["busy", "wrong token", "no bucket", "hanging", "hanging up", "hanging up after writing"],
)
async def test_while_the_database_takes_nothing_readings_are_committed_and_the_service_is_ready(
    *, tmp_path: Path, broker: Mosquitto, kept: InInfluxdb, meters: Meters, faults: Faults,
    fault: Fault, note: str,
):  # fmt: skip
    faults.always(fault)
    timeout_s = 0.2 if isinstance(fault, Hang) else 10.0
    settings = settings_for(tmp_path, broker, kept, store__influxdb__timeout_s=timeout_s)
    endpoints = Endpoints(f"http://127.0.0.1:{settings['http.port']}")
    async with running(loaded(settings, kept)) as vitals:
        await publish(broker, numbered(meters, range(COUNT)))
        await eventually(lambda: committed(vitals, COUNT))
        await eventually(lambda: vitals.ledger.messages.in_flight == 0)
        await eventually(lambda: vitals.complaints)
        health = await asyncio.to_thread(endpoints.health)
        assert health.ready
        assert len(health.notes) == 1
        assert note in health.notes[0]
        assert vitals.store_state().waiting == COUNT
    faults.clear()
    async with running(loaded(settings, kept)) as vitals:
        await eventually(lambda: shipped(vitals))
        await eventually(lambda: vitals.complaints == ())
        assert vitals.ledger.messages.received == 0
    assert kept.readings() == expected(meters, COUNT)


async def test_it_catches_up_as_soon_as_the_database_is_back(
    tmp_path: Path, broker: Mosquitto, kept: InInfluxdb, meters: Meters, faults: Faults
):
    settings = settings_for(tmp_path, broker, kept)
    async with running(loaded(settings, kept)) as vitals:
        await publish(broker, numbered(meters, range(COUNT)))
        await eventually(lambda: shipped(vitals) and committed(vitals, COUNT))
        faults.always(Answer(503))
        await publish(broker, numbered(meters, range(COUNT, 2 * COUNT)))
        await eventually(lambda: committed(vitals, 2 * COUNT))
        assert vitals.store_state().waiting == COUNT
        faults.clear()
        await eventually(lambda: shipped(vitals))
        await eventually(lambda: vitals.complaints == ())
    assert kept.readings() == expected(meters, 2 * COUNT)


async def test_a_slow_and_moody_database_gets_every_reading_once(
    tmp_path: Path, broker: Mosquitto, kept: InInfluxdb, meters: Meters, facade: Facade
):
    facade.faults.max_body_bytes = 20_000
    moods: list[Fault] = [
        Answer(429, retry_after_s=0.05),
        Disconnect(after_write=True),
        Answer(500),
        Hang(),
    ]
    facade.faults.next(*moods * 2)
    settings = settings_for(
        tmp_path, broker, kept,
        store__influxdb__timeout_s=0.2, store__influxdb__batch_lines=500,
    )  # fmt: skip
    async with running(loaded(settings, kept)) as vitals:
        await publish(broker, numbered(meters, range(3 * COUNT)))
        await eventually(lambda: committed(vitals, 3 * COUNT))
        await eventually(lambda: shipped(vitals))
        assert vitals.store_state().stored == 3 * COUNT
    assert facade.faults.waiting == 0
    assert kept.readings() == expected(meters, 3 * COUNT)


async def test_what_the_database_refuses_becomes_dead_letters_that_can_be_sent_again(
    tmp_path: Path, broker: Mosquitto, kept: InInfluxdb, meters: Meters
):
    earlier = b'smart_meter,site=town,device=old cover_open="perhaps" %d' % meters.start_ms
    await asyncio.to_thread(write, kept.database, earlier)
    conflicting = [
        Message(meters.topic("m-0"), b'{"ts":%d,"cover_open":true}' % (meters.start_ms + number))
        for number in (0, 7, 14)
    ]
    settings = settings_for(tmp_path, broker, kept)
    async with running(loaded(settings, kept)) as vitals:
        await publish(broker, [*conflicting, *numbered(meters, range(21, COUNT))])
        await eventually(lambda: committed(vitals, COUNT - 18))
        await eventually(lambda: shipped(vitals))
        state = vitals.store_state()
    assert (state.stored, state.refused) == (COUNT - 21, 3)
    assert vitals.ledger.readings.rejected == {}
    letters = list(read(tmp_path / "deadletters"))
    assert {(letter.topic, letter.reason) for letter in letters} == {
        (meters.topic("m-0"), "refused")
    }
    assert [letter.payload for letter in letters] == [each.payload for each in conflicting]
    assert "field type conflict" in letters[0].message


def write(database: Database, line: bytes) -> None:
    """Write a line into a bucket, past the service."""
    query = f"org={database.org}&bucket={database.name}&precision=ms"
    request = urllib.request.Request(
        f"{database.url}/api/v2/write?{query}", line, {"Authorization": f"Token {database.token}"}
    )
    urllib.request.urlopen(request, timeout=20).close()


async def test_a_full_spool_stops_acknowledging_and_goes_on_when_there_is_room(
    *, tmp_path: Path, broker: Mosquitto, kept: InInfluxdb, meters: Meters, faults: Faults,
    caplog: pytest.LogCaptureFixture,
):  # fmt: skip
    faults.always(Answer(503))
    settings = settings_for(
        tmp_path, broker, kept,
        store__spool__max_bytes=40_000, batch__max_messages=100, http__ready_max_age_s=0.2,
    )  # fmt: skip
    with caplog.at_level("INFO", "ingest"):
        async with running(loaded(settings, kept)) as vitals:
            await publish(broker, numbered(meters, range(COUNT)))
            await eventually(lambda: vitals.disk_complaint)
            stuck_at = vitals.ledger.messages.committed
            assert 0 < stuck_at < COUNT
            await eventually(lambda: not ready(vitals))
            endpoints = Endpoints(f"http://127.0.0.1:{settings['http.port']}")
            health = await asyncio.to_thread(endpoints.health)
            assert "a message has waited" in health.failing["committing"]
            assert any("store.spool.max_bytes" in note for note in health.notes)
            assert vitals.ledger.messages.committed == stuck_at
            assert vitals.ledger.balanced
            faults.clear()
            await eventually(lambda: committed(vitals, COUNT))
            await eventually(lambda: shipped(vitals))
            await eventually(lambda: ready(vitals))
            await eventually(lambda: vitals.complaints == ())
            assert vitals.ledger.redelivered == 0
    assert kept.readings() == expected(meters, COUNT)
    assert (
        sum("nothing is acknowledged until there is room" in each for each in caplog.messages) == 1
    )
    assert "there is room again" in caplog.messages


def ready(vitals: Vitals) -> bool:
    loop = asyncio.get_running_loop()
    return readiness(vitals, now=loop.time(), max_age_s=0.2).ready

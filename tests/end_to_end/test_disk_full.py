"""The disk has no room, played by a limit on the size of files: told, waited for, nothing lost."""

import asyncio
import resource
from pathlib import Path

import pytest

from ingest.dead_letters.reader import read
from tests.end_to_end.databases import InDuckdb, InInfluxdb, Kept
from tests.end_to_end.meters import Message, Meters, numbered, publish
from tests.end_to_end.services import Endpoints, Ingest, ready
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

COUNT = 3_000
TOO_LARGE = "File too large"
GOES_ON = "nothing is acknowledged until there is room"


def limit_files(service: Ingest, most_bytes: int) -> None:
    """Let the service write files of at most this size; its logs stay far below."""
    _, hard = resource.prlimit(service.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (most_bytes, hard))


async def held_up_and_going_on(service: Ingest, folder: str, messages: int) -> None:
    """Wait until the service is stuck, make room, and wait until it has caught up."""
    endpoints = Endpoints(service.url)
    await eventually(lambda: any(GOES_ON in note for note in endpoints.health().notes))
    assert any(f"{folder}: " in note and TOO_LARGE in note for note in endpoints.health().notes)
    metrics = endpoints.metrics()
    assert metrics["snowgrid_messages_committed_total"] < messages
    assert metrics["snowgrid_messages_in_flight"] > 0
    assert metrics["snowgrid_messages_balance"] == metrics["snowgrid_readings_balance"] == 0
    limit_files(service, resource.RLIM_INFINITY)
    await eventually(lambda: endpoints.metrics()["snowgrid_messages_received_total"] == messages)
    await eventually(lambda: endpoints.metrics()["snowgrid_messages_in_flight"] == 0)
    await eventually(lambda: endpoints.metrics()["snowgrid_spool_readings"] == 0)
    assert endpoints.health().ready
    await eventually(lambda: endpoints.health().notes == [])


async def test_a_full_disk_holds_acknowledgements_up_until_there_is_room_in_the_spool(
    *, tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters,
):  # fmt: skip
    kept = InInfluxdb(influxdb)
    service = launch(Ingest(tmp_path / "service", broker, kept, batch__max_messages=200))
    await stuck_and_stored(service, "spool", broker, kept, meters)


async def test_a_full_disk_holds_acknowledgements_up_until_there_is_room_in_duckdb(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    service = launch(Ingest(tmp_path / "service", broker, kept, batch__max_messages=200))
    await stuck_and_stored(service, "snowgrid.duckdb", broker, kept, meters)


async def stuck_and_stored(
    service: Ingest, folder: str, broker: Mosquitto, kept: Kept, meters: Meters
) -> None:
    await ready(service)
    limit_files(service, 20_000)
    await publish(broker, numbered(meters, range(COUNT)))
    await held_up_and_going_on(service, folder, COUNT)
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0
    assert service.logged("there is room again")
    assert kept.readings() == sorted(map(meters.stored, range(COUNT)))


@pytest.mark.parametrize("first_bytes", [10, 60_000])
async def test_a_full_disk_holds_acknowledgements_up_until_there_is_room_for_dead_letters(
    *, tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters, first_bytes: int
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    service = launch(Ingest(tmp_path / "service", broker, kept))
    bad = [Message(meters.topic("m-1"), b"x" * size) for size in (first_bytes, 60_000, 60_000)]
    await ready(service)
    limit_files(service, 100_000)
    for message in bad:
        await publish(broker, [message])
    await held_up_and_going_on(service, "deadletters", len(bad))
    await asyncio.to_thread(service.stop)
    letters = read(tmp_path / "service" / "deadletters")
    assert [letter.payload for letter in letters] == [message.payload for message in bad]

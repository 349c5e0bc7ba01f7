"""Whatever is poured into the service, its memory stays what it was."""

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import psutil
import pytest

from devices.registry import kind_named
from devices.schema import FieldType
from ingest.spool.spool import MEMORY_BYTES
from tests.end_to_end.databases import InDuckdb, Kept
from tests.end_to_end.meters import FIELD, KIND, Meters, Stored
from tests.end_to_end.services import Endpoints, Ingest, ready
from tests.eventually import eventually
from tests.servers.flood import Message, flood
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

MIB = 1024 * 1024
MARGIN_MIB = 15
LARGE_BYTES = 65_536
UPLOAD = 200  # readings


class Flooded:
    """A service, and its resident memory after each round of a flood.

    Attributes:
        resident_mib: In the order of the rounds.
    """

    def __init__(self, service: Ingest, broker: Mosquitto) -> None:
        self.endpoints = Endpoints(service.url)
        self.resident_mib: list[int] = []
        self._process = psutil.Process(service.pid)
        self._broker = broker
        self._published = 0

    async def pour(self, messages: Iterable[Message]) -> None:
        """Publish a round, and look when the service has taken it all."""
        self._published += await flood(self._broker.host, self._broker.port, messages)
        # To be asked costs a busy service more than the flood does.
        await eventually(lambda: self._taken() == self._published, within_s=60.0, poll_s=0.25)
        self.resident_mib.append(self._process.memory_info().rss // MIB)

    def _taken(self) -> float:
        metrics = self.endpoints.metrics()
        return metrics["snowgrid_messages_received_total"] - metrics["snowgrid_messages_in_flight"]

    def is_flat(self, *, after_rounds: int) -> bool:
        """Tell whether later rounds took no more than those before."""
        early, late = self.resident_mib[:after_rounds], self.resident_mib[after_rounds:]
        return max(late) <= 1.1 * max(early) + MARGIN_MIB


async def test_devices_that_are_made_up_fill_the_registry_and_not_the_memory(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters
):
    limit, rounds, a_round = 5_000, 7, 8_000
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    service = Ingest(
        tmp_path / "service",
        broker,
        kept,
        validation__max_devices=limit,
        deadletters__max_bytes=8 * MIB,
        deadletters__segment_bytes=MIB,
    )
    await ready(launch(service))
    flooded = Flooded(service, broker)
    names = (f"made-up-{number}" for number in count())
    for _ in range(rounds):
        some = islice(names, a_round)
        await flooded.pour((meters.topic(name), meters.payload(0)) for name in some)
    assert flooded.is_flat(after_rounds=3), flooded.resident_mib
    metrics = flooded.endpoints.metrics()
    assert metrics["snowgrid_devices"] == metrics["snowgrid_devices_limit"] == limit
    assert (
        metrics['snowgrid_readings_rejected_total{reason="registry"}'] == rounds * a_round - limit
    )
    assert metrics["snowgrid_readings_balance"] == 0
    assert metrics["snowgrid_deadletters_bytes"] <= 10 * MIB
    (note,) = flooded.endpoints.health().notes
    assert note.endswith(f"readings of others are dead letters ({meters.site}: 5,000)")
    (line,) = service.logged("readings of new devices are rejected")
    assert "raise validation.max_devices" in line["event"]

    await flood(broker.host, broker.port, [(meters.topic("made-up-7"), meters.payload(1))])
    await eventually(
        lambda: flooded.endpoints.metrics()["snowgrid_readings_committed_total"] == limit + 1
    )


def large_payloads(meters: Meters) -> Iterator[Message]:
    """Yield payloads as large as may be: junk, a reading with much beside it, long lists."""
    for number in count():
        ts_ms = meters.stored(number).ts_ms
        head = f'{{"ts":{ts_ms},"{FIELD}":230,"note":"'.encode()
        yield meters.topic("junk"), b"[" * LARGE_BYTES
        yield meters.topic("chatty"), head + b"x" * (LARGE_BYTES - len(head) - 2) + b'"}'
        yield meters.topic("wrong"), b"[" + b",".join([b"0"] * 200) + b"]"
        yield meters.topic("larger"), b"x" * (LARGE_BYTES + 1)


async def test_the_largest_payloads_at_full_speed_leave_the_memory_flat(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters
):
    kept = InDuckdb(tmp_path / "snowgrid.duckdb")
    limits = {"deadletters__max_bytes": 20 * MIB, "deadletters__segment_bytes": 2 * MIB}
    service = Ingest(tmp_path / "service", broker, kept, **limits)
    await ready(launch(service))
    flooded = Flooded(service, broker)
    payloads = large_payloads(meters)
    for _ in range(7):
        await flooded.pour(islice(payloads, 120))
    assert flooded.is_flat(after_rounds=3), flooded.resident_mib
    metrics = flooded.endpoints.metrics()
    assert metrics["snowgrid_messages_balance"] == metrics["snowgrid_readings_balance"] == 0
    assert metrics["snowgrid_deadletters_bytes"] <= 24 * MIB


@dataclass(frozen=True, slots=True)
class Mute(Kept):
    """A database that takes connections and never answers."""

    port: int
    token_file: Path

    @property
    def settings(self) -> dict[str, object]:
        return {
            "store.kind": "influxdb",
            "store.influxdb.url": f"http://127.0.0.1:{self.port}",
            "store.influxdb.token_file": self.token_file,
        }

    def readings(self) -> list[Stored]:
        return []


@pytest.fixture
def mute(tmp_path: Path) -> Iterator[Mute]:
    """Listen, and never even accept: the kernel lets connections in."""
    token_file = tmp_path / "token"
    token_file.touch(mode=0o600)
    token_file.write_text("token")
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Mute(server.getsockname()[1], token_file)


def uploads(meters: Meters) -> Iterator[Message]:
    """Yield what gateways have to say after an outage: many readings at a time, of many fields."""
    gauges = [field for field in kind_named(KIND).fields if field.type is FieldType.GAUGE]
    values = ",".join(f'"{field.name}":{sum(field.hard) / 2:.6f}' for field in gauges)
    for number in count():
        first_ms = meters.start_ms + number * UPLOAD
        rows = [f'{{"ts":{ts_ms},{values}}}' for ts_ms in range(first_ms, first_ms + UPLOAD)]
        yield meters.topic(f"m-{number % 50}"), f"[{','.join(rows)}]".encode()


async def test_a_database_that_never_answers_fills_the_disk_and_not_the_memory(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters, mute: Mute
):
    service = Ingest(tmp_path / "service", broker, mute, alerts__enabled=False)
    await ready(launch(service))
    flooded = Flooded(service, broker)
    messages = uploads(meters)
    rounds = [560, 80, 80, 80, 80]
    for number in rounds:
        await flooded.pour(islice(messages, number))
    metrics = flooded.endpoints.metrics()
    assert flooded.is_flat(after_rounds=2), flooded.resident_mib
    assert metrics["snowgrid_spool_readings"] == sum(rounds) * UPLOAD
    assert metrics["snowgrid_spool_bytes"] > MEMORY_BYTES
    assert metrics["snowgrid_spool_backlog_readings"] > 0

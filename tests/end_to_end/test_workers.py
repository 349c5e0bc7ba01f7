"""Several processes do the work of one: nothing is lost, nothing is read twice, one endpoint."""

import asyncio
import json
import signal
from pathlib import Path

import aiomqtt
import psutil
import pytest

from ingest.workers.members import FILE
from tests.end_to_end.databases import InInfluxdb
from tests.end_to_end.meters import FIELD, KIND, Message, Meters, numbered, publish
from tests.end_to_end.services import Endpoints, Ingest
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

pytestmark = pytest.mark.timeout(120)

WRONG = [
    Message("telemetry/town/toaster/t-1", b'{"power_w": 1}'),
    Message("telemetry/town", b"{}"),
    Message("telemetry/town/smart_meter/m-1/extra", b"{}"),
    Message("telemetry/town/smart_meter/UPPER", b"{}"),
    Message("telemetry/town/rack_sensor/r-1", b"not json"),
]
RACKS = 40
WITHIN_S = 60.0  # starting several interpreters takes its time on a busy machine
QUICK_ROLLUPS = {
    "rollups__windows": "1s,1m",
    "rollups__lateness_s": 0.1,
    "rollups__repair_s": 0.1,
}


@pytest.fixture
def kept(influxdb: Database) -> InInfluxdb:
    return InInfluxdb(influxdb)


def racks(first: int, count: int) -> list[Message]:
    return [
        Message(
            f"telemetry/hall-{number % 2}/rack_sensor/r-{number}", b'{"inlet_temperature_c": 21}'
        )
        for number in range(first, first + count)
    ]


def processes_of(service: Ingest) -> list[psutil.Process]:
    return psutil.Process(service.pid).children()


async def all_ready(service: Ingest) -> None:
    endpoints = Endpoints(service.url)
    await eventually(lambda: endpoints.health().ready, within_s=WITHIN_S)


async def stored(kept: InInfluxdb, readings: int) -> None:
    """Return when the meters' readings are in the database, whoever brought them."""
    await eventually(lambda: len(kept.readings()) == readings, within_s=WITHIN_S)


def letters(folder: Path) -> list[str]:
    """Return the topics of the dead letters."""
    lines = [line for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines()]
    return sorted(json.loads(line)["topic"] for line in lines)


async def test_two_workers_store_everything_once_though_each_of_them_is_killed(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: InInfluxdb, meters: Meters
):
    service = launch(Ingest(tmp_path / "service", broker, kept, service__workers=2))
    await all_ready(service)
    await publish(broker, [*numbered(meters, range(300)), *racks(0, RACKS // 2), *WRONG])
    await stored(kept, 300)
    for process in processes_of(service):
        process.send_signal(signal.SIGKILL)
    await publish(broker, [*numbered(meters, range(300, 600)), *racks(RACKS // 2, RACKS // 2)])
    await eventually(lambda: len(processes_of(service)) == 2)
    await all_ready(service)
    await stored(kept, 600)
    rack_rows = 'SELECT device, inlet_temperature_c FROM "rack_sensor"'
    await eventually(lambda: len(kept.database.query(rack_rows)) == RACKS)
    metrics = Endpoints(service.url).metrics()
    assert [metrics[f'snowgrid_worker_up{{worker="{n}"}}'] for n in (1, 2)] == [1, 1]
    assert [metrics[f'snowgrid_worker_restarts_total{{worker="{n}"}}'] for n in (1, 2)] == [1, 1]
    by_kind = 'snowgrid_kind_readings_committed_total{{kind="{}"}}'
    assert metrics[by_kind.format(KIND)] >= 300
    assert metrics[by_kind.format("rack_sensor")] >= RACKS // 2
    assert metrics["snowgrid_readings_balance"] == metrics["snowgrid_messages_balance"] == 0
    service.signal(signal.SIGHUP)
    await eventually(lambda: len(service.logged("reloaded")) == 2)
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0
    assert kept.readings() == sorted(map(meters.stored, range(600)))
    assert letters(tmp_path / "service" / "deadletters") == sorted(m.topic for m in WRONG)
    ends = service.logged("stopped")
    assert [end["balanced"] for end in ends] == [True, True]


async def test_what_workers_left_is_stored_when_there_are_fewer_and_their_sessions_end(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: InInfluxdb, meters: Meters
):
    folder = tmp_path / "service"
    service = launch(Ingest(folder, broker, kept, service__workers=2, **QUICK_ROLLUPS))
    await all_ready(service)
    await publish(broker, numbered(meters, range(100)))
    await stored(kept, 100)
    await asyncio.to_thread(service.stop)
    left = json.loads((folder / "spool" / FILE).read_bytes())["members"]
    await publish(broker, numbered(meters, range(100, 400)))  # queued for those who are gone
    service.settings["service.workers"] = 1
    await asyncio.to_thread(service.start)
    await all_ready(service)
    await publish(broker, numbered(meters, range(400, 500)))
    await stored(kept, 500)
    await eventually(lambda: not (folder / "spool" / FILE).exists(), within_s=WITHIN_S)
    await eventually(lambda: in_rollups(kept) == 500, within_s=WITHIN_S)
    await asyncio.to_thread(service.stop)
    assert kept.readings() == sorted(map(meters.stored, range(500)))
    assert not list((folder / "spool" / "workers").glob("*/position"))
    for member in left:
        assert not await has_session(broker, member["client_id"])


def in_rollups(kept: InInfluxdb) -> float:
    """Count the readings that the windows of all devices hold."""
    rows = kept.database.rollups.query(f'SELECT "{FIELD}_count" FROM "{KIND}_1s"')
    return sum(float(str(row[f"{FIELD}_count"])) for row in rows)


async def has_session(broker: Mosquitto, client_id: str) -> bool:
    """Tell whether the broker keeps something for a client."""
    present: list[bool] = []
    client = aiomqtt.Client(
        broker.host,
        broker.port,
        identifier=client_id,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
    )
    connected = client._client.on_connect

    def note(*args: object) -> None:
        present.append(bool(args[2].session_present))  # type: ignore[attr-defined]
        connected(*args)  # type: ignore[misc,arg-type]

    client._client.on_connect = note
    async with client:
        return present[0]

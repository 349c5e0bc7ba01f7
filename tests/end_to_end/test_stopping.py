"""How the service ends: in order, in time, and at once when told twice."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.end_to_end.databases import InDuckdb, InInfluxdb
from tests.end_to_end.meters import Meters, numbered, publish
from tests.end_to_end.services import Endpoints, Ingest, ready
from tests.eventually import eventually
from tests.servers.faults import Answer, Faults
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

COUNT = 1_000
TINY_SPOOL = {"store__spool__max_bytes": 40_000, "batch__max_messages": 100}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(
    tmp_path: Path, launch: Launch, broker: Mosquitto, number: signal.Signals
):
    service = launch(Ingest(tmp_path / "service", broker, InDuckdb(tmp_path / "s.duckdb")))
    await ready(service)
    service.signal(number)
    await eventually(lambda: service.exit_code is not None)
    assert service.exit_code == 0
    (stopping,) = service.logged("stopping; once more stops at once")
    assert stopping["signal"] == number.name
    (stopped,) = service.logged("stopped")
    assert stopped["balanced"]
    await eventually(lambda: "Client snowgrid-ingest disconnected." in broker.log)


async def held_up(service: Ingest, broker: Mosquitto, meters: Meters) -> None:
    """Publish more than the service can make durable, and tell it to stop."""
    await ready(service)
    await publish(broker, numbered(meters, range(COUNT)))
    endpoints = Endpoints(service.url)
    await eventually(lambda: any("store.spool" in note for note in endpoints.health().notes))
    service.signal(signal.SIGTERM)
    await eventually(lambda: service.logged("stopping"))


async def everything_is_stored(
    service: Ingest, kept: InInfluxdb, meters: Meters, faults: Faults
) -> None:
    """Start the service again with all well, and compare."""
    faults.clear()
    await asyncio.to_thread(service.start)
    await eventually(lambda: kept.database.count("smart_meter", "voltage_l1_v") == COUNT)
    await asyncio.to_thread(service.stop)
    assert kept.readings() == sorted(map(meters.stored, range(COUNT)))


async def test_what_cannot_be_committed_in_time_is_left_to_the_broker(
    *, tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters,
    faults: Faults,
):  # fmt: skip
    faults.always(Answer(503))
    kept = InInfluxdb(influxdb)
    in_time = {"service__drain_s": 0.3}
    service = launch(Ingest(tmp_path / "service", broker, kept, **TINY_SPOOL, **in_time))
    await held_up(service, broker, meters)
    await eventually(lambda: service.exit_code is not None)
    assert service.exit_code == 0
    (left,) = service.logged("not committed in time")
    assert 0 < left["count"] < COUNT
    await everything_is_stored(service, kept, meters, faults)


async def test_the_second_signal_ends_it_at_once_and_loses_nothing(
    *, tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters,
    faults: Faults,
):  # fmt: skip
    faults.always(Answer(503))
    kept = InInfluxdb(influxdb)
    for_ever = {"service__drain_s": 3_600}
    service = launch(Ingest(tmp_path / "service", broker, kept, **TINY_SPOOL, **for_ever))
    await held_up(service, broker, meters)
    assert service.exit_code is None
    service.signal(signal.SIGTERM)
    await eventually(lambda: service.exit_code is not None)
    assert service.exit_code == 130
    assert not service.logged("stopped")
    await everything_is_stored(service, kept, meters, faults)


async def test_before_the_broker_is_there_it_can_be_stopped_too(
    tmp_path: Path, launch: Launch, broker: Mosquitto
):
    broker.stop()
    service = launch(Ingest(tmp_path / "service", broker, InDuckdb(tmp_path / "s.duckdb")))
    await eventually(lambda: service.logged("cannot reach the broker"))
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0


async def test_a_spool_that_another_service_uses_ends_it_with_two_and_a_line(
    tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database
):
    kept, spool = InInfluxdb(influxdb), {"store__spool__dir": tmp_path / "spool"}
    first = launch(Ingest(tmp_path / "one", broker, kept, **spool))
    await ready(first)
    second = launch(Ingest(tmp_path / "two", broker, kept, **spool, mqtt__client_id="two"))
    await eventually(lambda: second.exit_code is not None)
    assert second.exit_code == 2
    assert second.log.splitlines()[-1].startswith(f"store.spool.dir: {tmp_path / 'spool'}")
    assert "Traceback" not in second.log
    assert first.running

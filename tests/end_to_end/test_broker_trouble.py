"""The broker is away, restarts, says no, or has two of us: told plainly, and nothing is lost."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from ingest.vitals import Vitals
from tests.end_to_end.databases import InDuckdb, InInfluxdb
from tests.end_to_end.meters import Meters, Stored, numbered, publish
from tests.end_to_end.services import Endpoints, Ingest, loaded, running, settings_for
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

COUNT = 500


@pytest.fixture
def kept(tmp_path: Path) -> InDuckdb:
    return InDuckdb(tmp_path / "snowgrid.duckdb")


def committed(vitals: Vitals, readings: int) -> bool:
    return vitals.ledger.readings.committed >= readings


def expected(meters: Meters, count: int) -> list[Stored]:
    return sorted(map(meters.stored, range(count)))


def warnings(service: Ingest) -> list[str]:
    return [event["event"] for event in service.events if event["level"] == "warning"]


async def test_a_broker_that_is_not_there_yet_is_waited_for(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: InDuckdb
):
    broker.stop()
    service = launch(Ingest(tmp_path / "service", broker, kept))
    endpoints = Endpoints(service.url)
    await eventually(lambda: endpoints.health().notes)
    health = endpoints.health()
    where = f"127.0.0.1:{broker.port}"
    assert health.failing == {"subscribed": f"not connected to {where}"}
    refused = f"cannot reach the broker at {where}: Connection refused; is it running? "
    assert health.notes == [refused + "check mqtt.host and mqtt.port"]
    broker.start()
    await eventually(lambda: endpoints.health().ready)
    await eventually(lambda: endpoints.health().notes == [])
    assert all(warning.startswith(refused) for warning in warnings(service))


async def test_after_a_restart_of_the_broker_everything_goes_on(
    tmp_path: Path, broker: Mosquitto, kept: InDuckdb, meters: Meters
):
    async with running(loaded(settings_for(tmp_path, broker, kept), kept)) as vitals:
        await publish(broker, numbered(meters, range(COUNT)))
        await eventually(lambda: committed(vitals, COUNT))
        await asyncio.to_thread(broker.restart)
        await publish(broker, numbered(meters, range(COUNT, 2 * COUNT)))
        await eventually(lambda: committed(vitals, 2 * COUNT))
        assert vitals.connections == 2
        await eventually(lambda: vitals.complaints == ())
    assert kept.readings() == expected(meters, 2 * COUNT)
    assert vitals.ledger.balanced


async def test_a_broker_that_falls_silent_is_noticed_and_connected_to_again(
    tmp_path: Path, broker: Mosquitto, kept: InDuckdb, meters: Meters
):
    settings = settings_for(tmp_path, broker, kept, mqtt__keep_alive_s=1)
    async with running(loaded(settings, kept)) as vitals:
        os.kill(broker.pid, signal.SIGSTOP)
        await eventually(lambda: not vitals.connected)
        os.kill(broker.pid, signal.SIGCONT)
        assert "no sign of life from the broker for" in vitals.broker_complaint
        await publish(broker, numbered(meters, range(COUNT)))
        await eventually(lambda: committed(vitals, COUNT))
    assert kept.readings() == expected(meters, COUNT)


async def test_what_a_broker_forgets_is_told(
    tmp_path: Path, launch: Launch, kept: InDuckdb, caplog: pytest.LogCaptureFixture
):
    broker = launch(Mosquitto(tmp_path / "broker", persistence=False))
    async with running(loaded(settings_for(tmp_path, broker, kept), kept)) as vitals:
        await asyncio.to_thread(broker.restart)
        await eventually(lambda: vitals.connections == 2)
    assert "the broker has forgotten us, and what it had queued" in caplog.text
    assert "mqtt.session_expiry_s" in caplog.text


async def test_a_wrong_password_is_told_with_the_setting_to_check(
    tmp_path: Path, launch: Launch, kept: InDuckdb
):
    broker = launch(Mosquitto(tmp_path / "broker", users={"ingest": "right"}))
    password_file = tmp_path / "password"
    password_file.touch(mode=0o600)
    password_file.write_text("hunter-2")
    login = {"mqtt__username": "ingest", "mqtt__password_file": password_file}
    service = launch(Ingest(tmp_path / "service", broker, kept, **login))
    endpoints = Endpoints(service.url)
    await eventually(lambda: endpoints.health().notes)
    refusal = f"127.0.0.1:{broker.port} refused user 'ingest': NOT_AUTHORIZED (135); "
    advice = "check mqtt.username and mqtt.password (or mqtt.password_file)"
    assert endpoints.health().notes == [refusal + advice]
    assert "hunter-2" not in service.log


async def test_two_services_of_one_client_id_are_told_and_lose_nothing(
    tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database, meters: Meters
):
    kept = InInfluxdb(influxdb)
    services = [launch(Ingest(tmp_path / name, broker, kept)) for name in ("one", "two")]
    await publish(broker, numbered(meters, range(COUNT)))
    one, two = services
    # Each wait may be as long as the longest backoff, which the takeovers drive up.
    await eventually(lambda: told_of_the_takeover(one) and told_of_the_takeover(two), within_s=45)
    await asyncio.to_thread(one.stop)
    endpoints = Endpoints(two.url)
    await eventually(lambda: endpoints.health().ready, within_s=45)
    await eventually(lambda: influxdb.count("smart_meter", "voltage_l1_v") == COUNT)
    assert kept.readings() == expected(meters, COUNT)


def told_of_the_takeover(service: Ingest) -> bool:
    # Some releases of mosquitto say so, others hang up without a word.
    told = ("SESSION_TAKEN_OVER (142); another", "has another client")
    return any(
        words in warning and "mqtt.client_id" in warning
        for warning in warnings(service)
        for words in told
    )


async def test_two_services_that_share_a_subscription_store_each_reading_once_in_total(
    tmp_path: Path, broker: Mosquitto, influxdb: Database, meters: Meters
):
    kept = InInfluxdb(influxdb)
    one, two = (
        settings_for(
            tmp_path / name, broker, kept, mqtt__client_id=name, mqtt__topics="$share/g/telemetry/#"
        )
        for name in ("one", "two")
    )
    async with running(loaded(one, kept)) as first, running(loaded(two, kept)) as second:
        await publish(broker, numbered(meters, range(COUNT)))
        await eventually(lambda: sum(v.ledger.readings.committed for v in (first, second)) == COUNT)
        await eventually(lambda: first.store_state().waiting + second.store_state().waiting == 0)
    assert first.ledger.readings.committed > 0
    assert second.ledger.readings.committed > 0
    assert first.store_state().stored + second.store_state().stored == COUNT
    assert kept.readings() == expected(meters, COUNT)

"""Mosquitto with the deployed files: who gets in, and who may do what."""

import asyncio
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiomqtt import Client, MqttError, ProtocolVersion, Will

from devices.gateways.confirming_client import PublishRefused
from ingest.mqtt.subscriber import Subscriber
from ingest.settings import load_settings
from ingest.vitals import Vitals
from tests.deployment.stack import ROOT, DeployedMosquitto
from tests.eventually import eventually
from tests.servers.process import Launch

NOT_AUTHORIZED = 0x87


async def refused(client: Client) -> bool:
    """Try to connect."""
    try:
        async with client:
            return False
    except (MqttError, ssl.SSLError):
        return True


async def test_a_gateway_publishes_for_its_own_site_and_ingest_hears_it(
    deployed_broker: DeployedMosquitto,
):
    topics = {"telemetry/valley/smart_meter/m-1", "status/valley/gw-1"}
    async with deployed_broker.ingest() as ingest, deployed_broker.gateway("valley.gw-1") as own:
        await ingest.subscribe([("telemetry/#", 1), ("status/#", 1)])
        for topic in topics:
            await own.publish(topic, b"{}", qos=1)
        heard: set[str] = set()
        async for message in ingest.messages:
            heard.add(str(message.topic))
            if heard >= topics:
                return


@pytest.mark.parametrize(
    "topic",
    [
        "telemetry/ridge/smart_meter/m-1",
        "telemetry/valley2/smart_meter/m-1",
        "status/valley/gw-2",
        "status/ridge/gw-1",
        "alert/valley/smart_meter/m-1/rule",
        "$SYS/broker/uptime",
        "elsewhere",
    ],
)
async def test_a_gateway_may_not_publish_elsewhere(deployed_broker: DeployedMosquitto, topic: str):
    async with deployed_broker.gateway("valley.gw-1") as gateway:
        with pytest.raises(PublishRefused) as refusal:
            await gateway.publish(topic, b"{}", qos=1)
    assert refusal.value.code == NOT_AUTHORIZED


@pytest.mark.parametrize(
    "topic",
    ["#", "telemetry/#", "telemetry/valley/#", "status/#", "alert/#", "$SYS/#", "$share/g/#"],
)
async def test_a_gateway_hears_nothing(deployed_broker: DeployedMosquitto, topic: str):
    async with (
        deployed_broker.gateway("valley.gw-1") as spy,
        deployed_broker.gateway("valley.gw-2") as victim,
        deployed_broker.ingest() as ingest,
    ):
        await spy.subscribe(topic, qos=1)
        await victim.publish("telemetry/valley/smart_meter/m-2", b"{}", qos=1)
        await ingest.publish("alert/valley/smart_meter/m-2/rule", b"{}", qos=1)
        await spy.publish("status/valley/gw-1", b"{}", qos=1)  # its answer comes after all others
        assert len(spy.messages) == 0


async def test_ingest_hears_what_the_broker_says_of_itself(deployed_broker: DeployedMosquitto):
    async with deployed_broker.ingest() as ingest, asyncio.timeout(20):
        await ingest.subscribe("$SYS/#", qos=0)
        assert str((await anext(ingest.messages)).topic).startswith("$SYS/broker/")


async def test_a_will_for_another_gateway_is_not_published(deployed_broker: DeployedMosquitto):
    forged = Will("status/ridge/gw-1", b"forged", qos=1, retain=True)
    with suppress(MqttError, ConnectionAbortedError):
        async with deployed_broker.gateway("valley.gw-1", will=forged):
            raise ConnectionAbortedError  # no farewell, so the will is due
    async with deployed_broker.ingest() as ingest:
        await ingest.subscribe([("status/ridge/#", 1), ("alert/mark/#", 1)])
        await ingest.publish("alert/mark/a/b/c", b"", qos=1)
        async for message in ingest.messages:
            assert message.payload != b"forged"
            if message.topic.matches("alert/mark/#"):
                return


@pytest.mark.parametrize(
    ("user", "password"),
    [
        (None, None),
        ("valley.gw-1", ""),
        ("valley.gw-1", "valley.gw-1"),
        ("valley.gw-1", "password"),
        ("ingest", ""),
        ("ingest", "ingest"),
        ("health", "health"),
        ("admin", "admin"),
        ("mosquitto", "mosquitto"),
        ("root", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize(
    "protocol", [ProtocolVersion.V31, ProtocolVersion.V311, ProtocolVersion.V5]
)
async def test_no_default_empty_or_wrong_password_gets_in(
    deployed_broker: DeployedMosquitto,
    user: str | None,
    password: str | None,
    protocol: ProtocolVersion,
):
    client = deployed_broker.gateway(user, password, client_id="intruder", protocol=protocol)
    assert await refused(client)


async def test_one_gateway_s_password_is_no_other_s(deployed_broker: DeployedMosquitto):
    client = deployed_broker.gateway("ridge.gw-1", deployed_broker.password("valley.gw-1"))
    assert await refused(client)


async def test_nobody_takes_another_s_session_by_its_client_id(deployed_broker: DeployedMosquitto):
    async with (
        deployed_broker.gateway("ridge.gw-1", client_id="ridge.gw-1") as victim,
        deployed_broker.gateway("valley.gw-1", client_id="ridge.gw-1"),
    ):
        await victim.publish("telemetry/ridge/smart_meter/m-1", b"{}", qos=1)


async def test_the_service_s_port_wants_a_certificate_besides_the_password(
    deployed_broker: DeployedMosquitto,
):
    assert await refused(deployed_broker.ingest(certificate=False))
    assert await refused(deployed_broker.ingest(password="wrong"))
    assert await refused(deployed_broker.ingest(user=None))
    assert not await refused(deployed_broker.ingest())


async def test_a_packet_that_is_much_too_large_ends_the_connection(
    deployed_broker: DeployedMosquitto,
):
    # Under MQTT 5 the client is told the limit; an older one must find out.
    client = deployed_broker.gateway("valley.gw-1", protocol=ProtocolVersion.V311)
    with suppress(MqttError):
        async with client:
            await client.publish(
                "telemetry/valley/smart_meter/m-1", bytes(300_000), qos=1, timeout=0.5
            )
    await eventually(lambda: "oversize packet" in deployed_broker.log)


def test_without_tls_nobody_is_heard(deployed_broker: DeployedMosquitto):
    connect = b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"
    for port in (deployed_broker.port, deployed_broker.service_port):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
            plain.sendall(connect)
            with suppress(ConnectionResetError):
                assert plain.recv(4)[:1] != b"\x20"  # a CONNACK


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "mosquitto"])
def test_the_broker_s_certificate_is_for_its_names(deployed_broker: DeployedMosquitto, host: str):
    context = deployed_broker.trust()
    with (
        socket.create_connection(("127.0.0.1", deployed_broker.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        assert secured.version() == "TLSv1.3"


def test_a_name_that_the_certificate_does_not_have_is_not_trusted(
    deployed_broker: DeployedMosquitto,
):
    context = deployed_broker.trust()
    with (
        socket.create_connection(("127.0.0.1", deployed_broker.port), timeout=10) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="broker.example.org")


async def test_more_waits_for_ingest_than_mosquitto_keeps_unless_told(
    deployed_broker: DeployedMosquitto,
):
    count, heard = 1_100, 0
    async with deployed_broker.ingest(session="deployed-queue") as ingest:
        await ingest.subscribe("telemetry/valley/queue/#", qos=1)
    async with deployed_broker.gateway("valley.gw-1") as gateway:
        for number in range(count):
            await gateway.publish("telemetry/valley/queue/q", str(number).encode(), qos=1)
    async with asyncio.timeout(20), deployed_broker.ingest(session="deployed-queue") as ingest:
        async for message in ingest.messages:
            if message.payload == str(count - 1).encode():
                break
            heard += 1
    assert heard == count - 1


async def test_as_much_is_in_flight_as_the_service_takes_and_survives_a_kill(
    deployment: Path, launch: Launch, tmp_path: Path
):
    broker = launch(DeployedMosquitto(tmp_path / "broker", deployment))
    count = 200  # mosquitto's own limit is 20
    async with service(broker) as subscriber:
        async with broker.gateway("valley.gw-1") as gateway:
            for number in range(count):
                topic = f"telemetry/valley/flight/f-{number}"
                await gateway.publish(topic, b"{}", qos=1)
        assert len(await taken(subscriber, count)) == count  # and nothing is acknowledged
    os.kill(broker.pid, signal.SIGUSR1)  # saves at once, as it does every minute
    await eventually((broker.folder / "mosquitto.db").exists)
    broker.kill()
    broker.start()
    async with service(broker) as subscriber:
        assert len(await taken(subscriber, count)) == count


@asynccontextmanager
async def service(broker: DeployedMosquitto) -> AsyncIterator[Subscriber]:
    """Subscribe as the deployed service does."""
    settings = load_settings(
        ROOT / "deploy/snowgrid.toml",
        env={},
        overrides={
            "mqtt.host": "localhost",
            "mqtt.port": broker.service_port,
            "mqtt.password_file": broker.secrets / "ingest/mqtt-password",
            "mqtt.tls.ca_file": broker.secrets / "ingest/ca.crt",
            "mqtt.tls.cert_file": broker.secrets / "ingest/client.crt",
            "mqtt.tls.key_file": broker.secrets / "ingest/client.key",
        },
    )
    vitals = Vitals(started_at=0, broker=broker.url)
    subscriber = Subscriber(settings.mqtt, settings.batch, vitals)
    running = asyncio.create_task(subscriber.run())
    await eventually(lambda: vitals.subscribed_since)
    yield subscriber
    await subscriber.close()
    await running


async def taken(subscriber: Subscriber, count: int) -> set[str]:
    """Return the topics of so many messages, which stay unacknowledged."""
    topics: set[str] = set()
    async with asyncio.timeout(20):
        while len(topics) < count:
            batch = await subscriber.inbox.batch()
            topics |= {message.topic for message in batch.messages}
    return topics


@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="mosquitto_sub is not installed")
def test_the_health_check_gets_its_answer(deployed_broker: DeployedMosquitto):
    secrets = deployed_broker.secrets / "mosquitto"
    options = [
        "--cafile",
        str(secrets / "ca.crt"),
        "-t",
        "$SYS/broker/uptime",
        "-C",
        "1",
        "-W",
        "20",
    ]
    done = subprocess.run(
        ["mosquitto_sub", "-h", "localhost", "-p", str(deployed_broker.port), *options],
        env={"XDG_CONFIG_HOME": str(secrets)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "seconds" in done.stdout


async def test_the_health_user_may_do_nothing_else(deployed_broker: DeployedMosquitto):
    options = (deployed_broker.secrets / "mosquitto/mosquitto_sub").read_text()
    password = options.partition("-P ")[2].strip()
    async with (
        deployed_broker.gateway("health", password) as health,
        deployed_broker.gateway("valley.gw-1") as gateway,
    ):
        await health.subscribe("telemetry/#", qos=1)
        await gateway.publish("telemetry/valley/smart_meter/m-1", b"{}", qos=1)
        with pytest.raises(PublishRefused):
            await health.publish("telemetry/valley/smart_meter/m-1", b"{}", qos=1)
        assert len(health.messages) == 0

"""The broker fixture behaves as a broker of a deployment does."""

import asyncio
from pathlib import Path

import aiomqtt
import pytest

from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, ServerFailed


async def test_a_message_passes_through_the_shared_broker(mosquitto: Mosquitto) -> None:
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as client:
        await client.subscribe("servers/mosquitto", qos=1)
        await client.publish("servers/mosquitto", b"hello", qos=1)
        async with asyncio.timeout(10):
            message = await anext(client.messages)
    assert message.payload == b"hello"


async def test_a_persistent_broker_keeps_port_and_messages_over_a_restart(
    launch: Launch, tmp_path: Path
) -> None:
    broker = launch(Mosquitto(tmp_path / "broker", persistence=True))
    port = broker.port
    async with aiomqtt.Client(broker.host, port) as client:
        await client.publish("servers/kept", b"still here", qos=1, retain=True)
    broker.restart()
    assert broker.port == port
    async with aiomqtt.Client(broker.host, port) as client:
        await client.subscribe("servers/kept", qos=1)
        async with asyncio.timeout(10):
            message = await anext(client.messages)
    assert message.payload == b"still here"


async def test_a_broker_with_users_turns_strangers_away(launch: Launch, tmp_path: Path) -> None:
    password = "velvet"
    broker = launch(Mosquitto(tmp_path / "broker", users={"gateway": password}))
    async with aiomqtt.Client(broker.host, broker.port, username="gateway", password=password):
        pass
    with pytest.raises(aiomqtt.MqttError):
        async with aiomqtt.Client(broker.host, broker.port):
            pass


def test_two_servers_never_answer_on_one_port(
    mosquitto: Mosquitto, launch: Launch, tmp_path: Path
) -> None:
    other = launch(Mosquitto(tmp_path / "broker"))
    other.stop()
    other.port = mosquitto.port
    with pytest.raises(ServerFailed, match="already in use"):
        other.start()

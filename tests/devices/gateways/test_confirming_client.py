"""The client at a broker that makes difficulties."""

import asyncio
import socket
from contextlib import suppress

import pytest
from aiomqtt import MqttError, ProtocolVersion
from paho.mqtt.client import DisconnectFlags
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from devices.gateways.confirming_client import ConfirmingClient

CONNACK = b"\x20\x03\x00\x00\x00"
MORE_THAN_SOCKETS_HOLD_BYTES = 16_000_000


async def test_a_broker_that_reads_nothing_does_not_hide_a_cancellation():
    connections: list[asyncio.StreamWriter] = []
    busy = asyncio.Event()

    async def welcome_and_ignore(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(CONNACK)
        connections.append(writer)

    async def talk(port: int) -> None:
        async with ConfirmingClient(
            "127.0.0.1", port, protocol=ProtocolVersion.V5, timeout=0.2
        ) as client:
            with suppress(MqttError):
                await client.publish("a", bytes(MORE_THAN_SOCKETS_HOLD_BYTES), qos=0)
            busy.set()
            await client.while_connected(asyncio.sleep(3600))

    async with await asyncio.start_server(welcome_and_ignore, "127.0.0.1", 0, limit=1) as server:
        talking = asyncio.create_task(talk(server.sockets[0].getsockname()[1]))
        await busy.wait()
        talking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talking
        connections[0].transport.abort()


async def test_a_goodbye_after_giving_up_on_the_broker_is_no_error():
    client = ConfirmingClient("127.0.0.1", 1, protocol=ProtocolVersion.V5)
    client._connected.cancel()
    reason = ReasonCode(PacketTypes.DISCONNECT, "Normal disconnection")
    client._on_disconnect(
        client._client, None, DisconnectFlags(is_disconnect_packet_from_server=False), reason
    )


async def test_a_socket_that_is_closed_before_it_is_waited_for_leaves_no_error_behind(
    caplog: pytest.LogCaptureFixture,
):
    client = ConfirmingClient("127.0.0.1", 1, protocol=ProtocolVersion.V5)
    ours, theirs = socket.socketpair()
    client._on_socket_register_write(client._client, None, ours)
    client._on_socket_register_write(client._client, None, None)
    ours.close()
    theirs.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert caplog.messages == []

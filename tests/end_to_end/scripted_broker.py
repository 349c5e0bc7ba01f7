"""A broker that sends what no real one lets through."""

import asyncio
from collections.abc import Sequence
from itertools import count
from typing import Self

import mqtt5

from devices.mqtt.packets import PacketReader
from tests.end_to_end.meters import Message


class ScriptedBroker:
    """Takes subscribers and sends messages, numbered from 1.

    Args:
        messages: What it sends at QoS 1 to the first who subscribes to telemetry.

    Attributes:
        acknowledged: Packet ids in the order of their PUBACKs.
    """

    host = "127.0.0.1"

    def __init__(self, messages: Sequence[Message]) -> None:
        self.port = 0
        self.acknowledged: list[int] = []
        self._messages = messages

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = PacketReader()
        while not writer.is_closing() and (data := await reader.read(65_536)):
            for packet in packets.feed(data):
                writer.write(self._answer(packet))
                if isinstance(packet, mqtt5.DisconnectPacket):
                    writer.close()
        writer.close()

    def _answer(self, packet: mqtt5.Packet) -> bytes:
        match packet:
            case mqtt5.ConnectPacket():
                return mqtt5.ConnAckPacket().write()
            case mqtt5.SubscribePacket():
                granted = mqtt5.SubAckPacket(
                    packet.packet_id, [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE]
                )
                if not any(each.pattern.startswith("telemetry") for each in packet.topic_filters):
                    return granted.write()
                messages, self._messages = self._messages, ()
                return granted.write() + b"".join(map(publish, count(1), messages))
            case mqtt5.PubAckPacket():
                self.acknowledged.append(packet.packet_id)
        return b""


def publish(packet_id: int, message: Message) -> bytes:
    """Return a PUBLISH whose topic nobody has looked at."""
    topic = message.topic.encode("utf-8", "surrogatepass")
    body = len(topic).to_bytes(2) + topic + packet_id.to_bytes(2) + b"\0" + message.payload
    return bytes([0x32]) + length(len(body)) + body


def length(size: int) -> bytes:
    """Return MQTT's variable byte integer."""
    digits = b""
    while size >= 0x80:
        digits += bytes([size & 0x7F | 0x80])
        size >>= 7
    return digits + bytes([size])

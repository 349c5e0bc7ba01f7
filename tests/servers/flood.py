"""Publishes as fast as a broker takes it, whatever it is; keeps nothing of what it sent."""

import asyncio
from collections.abc import Iterable
from itertools import count, islice

import mqtt5

from devices.mqtt.packets import PacketReader

MOST_IN_FLIGHT = 1_000
PACKET_IDS = 65_535
READ_BYTES = 65_536

Message = tuple[str, bytes]
"""Topic and payload."""


async def flood(host: str, port: int, messages: Iterable[Message]) -> int:
    """Publish at QoS 1, and return how many the broker has acknowledged: all of them."""
    reader, writer = await asyncio.open_connection(host, port)
    packets, rest, ids = PacketReader(), iter(messages), count()
    connect = mqtt5.ConnectPacket("flood", clean_start=True, keep_alive=600)
    writer.write(connect.write())
    window = sent = acknowledged = 0
    try:
        while not window or sent > acknowledged:
            data = await reader.read(READ_BYTES)
            if not data:
                raise ConnectionError("the broker closed the connection")
            for packet in packets.feed(data):
                if isinstance(packet, mqtt5.ConnAckPacket):
                    window = min(packet.receive_max, MOST_IN_FLIGHT)
                acknowledged += isinstance(packet, mqtt5.PubAckPacket)
            some = [
                _publish(next(ids), each) for each in islice(rest, acknowledged + window - sent)
            ]
            sent += len(some)
            writer.write(b"".join(some))
            await writer.drain()
    finally:
        writer.close()
    return sent


def _publish(number: int, message: Message) -> bytes:
    topic, payload = message
    packet_id = number % PACKET_IDS + 1
    return mqtt5.PublishPacket(
        topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id
    ).write()

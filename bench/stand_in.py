"""A broker and a database that cost next to nothing, so that neither is the limit.

It is a process of its own. To every connection that subscribes it plays the messages that match,
encoded beforehand, as far ahead as the receive maximum allows, and counts the acknowledgements by
their bytes. Beside that it takes InfluxDB's write calls and throws the lines away.

It prepares everything, prints `ready`, waits for a line on standard input, plays when as many
connections as announced have subscribed, and prints one line of JSON when all is acknowledged.
"""

import argparse
import asyncio
import json
import sys
import time
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, chain
from typing import cast

import mqtt5
import uvloop

from bench.traffic import PACKET_IDS, Message, now, payloads, uploads
from devices.mqtt.packets import PacketReader
from ingest.core.filters import matches

KIND, DEVICES, FIELDS = "smart_meter", 100, 7
ACK_BYTES = 4
RECEIVE_MAXIMUM = 10_000
CHUNK_BYTES = 256 * 1024
NO_CONTENT = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
HEAD_END = b"\r\n\r\n"


class Stage:
    """What is played, and to how many.

    Args:
        messages: All of them.
        connections: How many have to subscribe before it begins.
    """

    def __init__(self, messages: Sequence[Message], connections: int) -> None:
        self.messages = messages
        self.subscribed: list[Connection] = []
        self.all_there = asyncio.Event()
        self.all_done = asyncio.Event()
        self._connections = connections

    def subscribe(self, connection: "Connection") -> None:
        """Count a connection in."""
        self.subscribed.append(connection)
        if len(self.subscribed) == self._connections:
            self.all_there.set()

    def acknowledged(self) -> None:
        """Look whether everyone has everything."""
        if all(connection.done for connection in self.subscribed):
            self.all_done.set()


class Connection(asyncio.Protocol):
    """One subscriber."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._reader = PacketReader()
        self._packets: list[bytes] = []
        self._ends: list[int] = []
        self._sent = 0
        self._acknowledged_bytes = 0
        self._playing = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    @property
    def done(self) -> bool:
        """Whether all that matches was acknowledged."""
        return self._acknowledged_bytes >= ACK_BYTES * len(self._packets)

    def data_received(self, data: bytes) -> None:
        """Answer what introduces the subscriber; from then on, count."""
        if self._playing:
            self._acknowledged_bytes += len(data)
            self._send()
            if self.done:
                self._stage.acknowledged()
            return
        for packet in self._reader.feed(data):
            if isinstance(packet, mqtt5.ConnectPacket):
                self._transport.write(mqtt5.ConnAckPacket().write())
            elif isinstance(packet, mqtt5.SubscribePacket):
                self._prepare([each.pattern for each in packet.topic_filters])
                granted = [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE]
                codes = granted * len(packet.topic_filters)
                self._transport.write(mqtt5.SubAckPacket(packet.packet_id, codes).write())
                self._stage.subscribe(self)

    def _prepare(self, patterns: Sequence[str]) -> None:
        ours = [
            message
            for message in self._stage.messages
            if any(matches(pattern, message[0]) for pattern in patterns)
        ]
        for number, (topic, payload) in enumerate(ours):
            packet = mqtt5.PublishPacket(
                topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=number % PACKET_IDS + 1
            )
            self._packets.append(packet.write())
        self._ends = list(accumulate(map(len, self._packets)))

    def play(self) -> None:
        """Send what the receive maximum allows, and the rest as it is acknowledged."""
        self._playing = True
        self._send()

    def _send(self) -> None:
        allowed = self._acknowledged_bytes // ACK_BYTES + RECEIVE_MAXIMUM
        while self._sent < min(allowed, len(self._packets)):
            begin_bytes = self._ends[self._sent - 1] if self._sent else 0
            most = bisect_right(self._ends, begin_bytes + CHUNK_BYTES)
            until = min(max(most, self._sent + 1), allowed, len(self._packets))
            self._transport.write(b"".join(self._packets[self._sent : until]))
            self._sent = until


class Database(asyncio.Protocol):
    """Reads requests, answers them with 204."""

    def __init__(self) -> None:
        self._head = b""
        self._missing_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Count the body down; what follows is another request."""
        while data:
            if self._missing_bytes:
                taken = min(self._missing_bytes, len(data))
                self._missing_bytes -= taken
                data = data[taken:]
            else:
                head, end, data = (self._head + data).partition(HEAD_END)
                self._head = b"" if end else head
                if not end:
                    return
                self._missing_bytes = _length_of(head)
            if not self._missing_bytes:
                self._transport.write(NO_CONTENT)


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def run(asked: argparse.Namespace, messages: Sequence[Message]) -> dict[str, float]:
    """Play everything once, and return what it took."""
    loop = asyncio.get_running_loop()
    stage = Stage(messages, asked.connections)
    await loop.create_server(lambda: Connection(stage), "127.0.0.1", asked.port)
    await loop.create_server(Database, "127.0.0.1", asked.store_port)
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    await stage.all_there.wait()
    started, spent = time.perf_counter(), time.process_time()
    for connection in stage.subscribed:
        connection.play()
    await stage.all_done.wait()
    told = {
        "elapsed_s": time.perf_counter() - started,
        "stand_in_cpu_s": time.process_time() - spent,
    }
    # The last batch's figures are still on their way, and the driver asks the service for them.
    print(json.dumps(told), flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    return told


def main() -> None:
    """Parse the arguments, play."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--port", type=int, required=True, help="of the broker")
    parser.add_argument("--store-port", type=int, required=True, help="of the database")
    parser.add_argument("--connections", type=int, required=True, help="that will subscribe")
    parser.add_argument("--sites", type=int, required=True, help="that messages come from")
    parser.add_argument("--messages", type=int, required=True, help="in all")
    parser.add_argument("--batch", type=int, default=1, help="readings a message (1)")
    asked = parser.parse_args()
    uvloop.run(run(asked, traffic(asked.sites, asked.messages, asked.batch)))


def traffic(sites: int, messages: int, batch: int) -> list[Message]:
    """Return messages of smart meters, the sites in turn.

    Args:
        sites: How many there are.
        messages: How many in all.
        batch: Readings in each, an array where it is more than one.
    """
    each = messages // sites
    streams = []
    for number in range(sites):
        pairs = payloads(
            KIND, DEVICES, each * batch, now(), site=site_name(number), fields=FIELDS, seed=number
        )
        streams.append(list(uploads(pairs, batch) if batch > 1 else pairs))
    return list(chain.from_iterable(zip(*streams, strict=True)))


def site_name(number: int) -> str:
    """Return a site's name in topics."""
    return f"site-{number}"


if __name__ == "__main__":
    main()

"""Publishes encoded packets at QoS 1, as fast as the broker takes them or evenly at a rate.

It is a process of its own.

It prepares everything, prints `ready`, waits for a line on standard input, publishes, and prints
one line of JSON when the last publish has been acknowledged.
"""

import argparse
import asyncio
import json
import sys
import time
from typing import cast

import mqtt5
import uvloop

from bench.traffic import now, payloads, publishes, values_in
from devices.mqtt.packets import PacketReader

PACE_S = 0.005
MOST_IN_FLIGHT = 5_000  # far below the number of packet ids, so that none is taken twice


class Publisher(asyncio.Protocol):
    """One connection that keeps as many publishes in flight as the broker allows."""

    def __init__(self, packets: list[bytes]) -> None:
        self._packets = packets
        self._sent = 0
        self._due = 0
        self._acknowledged = 0
        self._window = 0
        self._reader = PacketReader()
        self.connected = asyncio.Event()
        self.done = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves."""
        self._transport = cast("asyncio.Transport", transport)
        connect = mqtt5.ConnectPacket("bench-publisher", clean_start=True, keep_alive=600)
        self._transport.write(connect.write())

    def data_received(self, data: bytes) -> None:
        """Count acknowledgements and send as many publishes."""
        for packet in self._reader.feed(data):
            if isinstance(packet, mqtt5.PubAckPacket):
                self._acknowledged += 1
            elif isinstance(packet, mqtt5.ConnAckPacket):
                self._window = min(packet.receive_max, MOST_IN_FLIGHT)
                self.connected.set()
        if self._acknowledged == len(self._packets):
            self.done.set()
        # Not one by one: a write of many packets costs hardly more than a write of one.
        if self._sent and self._acknowledged + self._window - self._sent >= self._window // 4:
            self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the run: a publisher that reconnects would measure something else."""
        if not self.done.is_set():
            sys.exit(f"the broker closed the connection: {exc}")

    def release(self, due: int) -> None:
        """Send so many packets in all, as the window permits."""
        self._due = min(due, len(self._packets))
        self.send()

    def send(self) -> None:
        """Fill the window."""
        until = min(self._acknowledged + self._window, self._due)
        self._transport.write(b"".join(self._packets[self._sent : until]))
        self._sent = until


async def publish(host: str, port: int, packets: list[bytes], rate: float) -> float:
    """Publish everything, so many a second unless `rate` is 0, and return the seconds it took."""
    loop = asyncio.get_running_loop()
    _, publisher = await loop.create_connection(lambda: Publisher(packets), host, port)
    await publisher.connected.wait()
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.readline)
    started = time.perf_counter()
    while rate and (elapsed_s := time.perf_counter() - started) * rate < len(packets):
        publisher.release(round(elapsed_s * rate))
        await asyncio.sleep(PACE_S)
    publisher.release(len(packets))
    await publisher.done.wait()
    return time.perf_counter() - started


def main() -> None:
    """Parse the arguments, publish, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--host", default="127.0.0.1", help="broker (127.0.0.1)")
    parser.add_argument("--port", type=int, default=1883, help="its port (1883)")
    parser.add_argument("--site", default="bench", help="site in the topics (bench)")
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--devices", type=int, default=1_000, help="devices in turn (1000)")
    parser.add_argument("--fields", type=int, default=7, help="fields a reading (7; 0 is all)")
    parser.add_argument("--messages", type=int, default=200_000, help="how many (200000)")
    parser.add_argument("--seed", type=int, default=1, help="of the devices (1)")
    parser.add_argument("--rate", type=float, default=0, help="messages a second (0: no limit)")
    asked = parser.parse_args()
    traffic = payloads(
        asked.kind,
        asked.devices,
        asked.messages,
        now(),
        site=asked.site,
        fields=asked.fields,
        seed=asked.seed,
        interval_s=asked.devices / asked.rate if asked.rate else 1.0,
    )
    messages = list(traffic)
    packets = list(publishes(messages))
    elapsed_s = uvloop.run(publish(asked.host, asked.port, packets, asked.rate))
    told = {
        "messages": asked.messages,
        "values": values_in(messages),
        "elapsed_s": round(elapsed_s, 3),
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()

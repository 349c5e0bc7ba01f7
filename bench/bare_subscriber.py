"""The least subscriber there can be: acknowledges whatever comes, at once; a process of its own.

It prints `ready` when it is subscribed, and one line of JSON when it has seen enough.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence

import mqtt5
import uvloop

from ingest.mqtt.link import Link

ANSWER_S = 10.0
RECEIVE_MAXIMUM = 10_000  # as the service's default


async def count(host: str, port: int, topic: str, messages: int) -> None:
    """Return when so many messages have come and been acknowledged."""
    loop = asyncio.get_running_loop()
    enough, seen = asyncio.Event(), 0

    def take(link: Link, publishes: Sequence[mqtt5.PublishPacket], _size_bytes: int) -> None:
        nonlocal seen
        link.acknowledge(publishes)
        seen += len(publishes)
        if seen >= messages:
            enough.set()

    _, link = await loop.create_connection(lambda: Link(take), host, port)
    connect = mqtt5.ConnectPacket("bench-bare", clean_start=True, receive_max=RECEIVE_MAXIMUM)
    await link.ask(connect, mqtt5.ConnAckPacket, ANSWER_S)
    subscribe = mqtt5.SubscribePacket(
        1, [mqtt5.TopicFilter(topic, max_qos=mqtt5.QoS.AT_LEAST_ONCE)]
    )
    await link.ask(subscribe, mqtt5.SubAckPacket, ANSWER_S)
    print("ready", flush=True)
    await enough.wait()
    print(json.dumps({"messages": seen}), flush=True)
    await link.close()


def main() -> None:
    """Parse the arguments, take messages, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--host", default="127.0.0.1", help="broker (127.0.0.1)")
    parser.add_argument("--port", type=int, default=1883, help="its port (1883)")
    parser.add_argument("--topic", default="telemetry/#", help="filter (telemetry/#)")
    parser.add_argument("--messages", type=int, default=200_000, help="how many (200000)")
    asked = parser.parse_args()
    uvloop.run(count(asked.host, asked.port, asked.topic, asked.messages))


if __name__ == "__main__":
    main()

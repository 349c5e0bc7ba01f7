"""An independent client that notes what a broker forwards."""

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

RETRY_S = 0.05


class Heard(NamedTuple):
    """A message as it came."""

    topic: str
    payload: bytes


class Listener:
    """Subscribes, and goes on with its session when the broker has been away.

    Attributes:
        heard: Everything so far, in order.
    """

    def __init__(self, broker: Mosquitto, *filters: str, name: str = "listener") -> None:
        self.heard: list[Heard] = []
        self._broker = broker
        self._filters = filters
        self._name = name
        self._subscribed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        async with asyncio.timeout(20):
            await self._subscribed.wait()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    @property
    def readings(self) -> dict[str, dict[int, bytes]]:
        """Readings by topic and sequence number; uploads are taken apart, repetitions merged."""
        found: dict[str, dict[int, bytes]] = defaultdict(dict)
        for topic, payload in self.heard:
            if topic.startswith("telemetry/"):
                content = json.loads(payload)
                if isinstance(content, dict):
                    found[topic][content["seq"]] = payload
                    continue
                for reading in content:
                    found[topic][reading["seq"]] = json.dumps(reading).encode()
        return dict(found)

    @property
    def count(self) -> int:
        """How many different readings were heard."""
        return sum(map(len, self.readings.values()))

    def states(self, topic: str) -> list[str]:
        """Return what a gateway said about itself, in order."""
        return [json.loads(payload)["state"] for heard, payload in self.heard if heard == topic]

    async def left(self, topic: str) -> None:
        """Wait until a gateway has said that it came and that it left."""
        await eventually(lambda: self.states(topic) == ["online", "offline"])

    async def _listen(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError):
                await self._take()
            await asyncio.sleep(RETRY_S)

    async def _take(self) -> None:
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # paho's
        properties.SessionExpiryInterval = 3_600
        async with aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            identifier=self._name,
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            properties=properties,
        ) as client:
            for topic_filter in self._filters:
                await client.subscribe(topic_filter, qos=1)
            self._subscribed.set()
            async for message in client.messages:
                payload = message.payload
                assert isinstance(payload, bytes)
                self.heard.append(Heard(message.topic.value, payload))

"""Readings of made-up meters: published, and recognised where they were stored."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import aiomqtt

from tests.servers.mosquitto import Mosquitto

KIND = "smart_meter"
FIELD = "voltage_l1_v"
IN_FLIGHT = 500
SILENT = logging.getLogger(f"{__name__}.paho")
SILENT.setLevel(logging.ERROR)  # it warns of every message in flight beyond the tenth


class Stored(NamedTuple):
    """A reading as a database has it."""

    device: str
    ts_ms: int
    voltage_v: float


@dataclass(frozen=True, slots=True)
class Message:
    """A publish to be."""

    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meters:
    """Meters of one site, whose readings are all different.

    Attributes:
        start_ms: Time of the first reading, Unix milliseconds.
        site: Topic level.
        devices: How many take turns.
    """

    start_ms: int
    site: str = "town"
    devices: int = 7

    def stored(self, number: int) -> Stored:
        """Return what is to be in the database of one reading."""
        return Stored(
            f"m-{number % self.devices}", self.start_ms + number, 200.0 + number % 500 / 10
        )

    def payload(self, number: int) -> bytes:
        """Return one reading as JSON."""
        _, ts_ms, voltage_v = self.stored(number)
        return f'{{"ts":{ts_ms},"seq":{number // self.devices},"{FIELD}":{voltage_v}}}'.encode()

    def message(self, number: int) -> Message:
        """Return one reading as a publish."""
        return Message(self.topic(self.stored(number).device), self.payload(number))

    def topic(self, device: str) -> str:
        """Return the topic of a device."""
        return f"telemetry/{self.site}/{KIND}/{device}"


def client(broker: Mosquitto, **options: object) -> aiomqtt.Client:
    """Return a publisher that keeps many messages in flight; enter it to connect."""
    return aiomqtt.Client(
        broker.host,
        broker.port,
        protocol=aiomqtt.ProtocolVersion.V5,
        max_inflight_messages=IN_FLIGHT,
        max_concurrent_outgoing_calls=IN_FLIGHT,
        logger=SILENT,
        **options,  # type: ignore[arg-type]
    )


async def publish(broker: Mosquitto, messages: Iterable[Message]) -> None:
    """Publish at QoS 1; when it returns, the broker has acknowledged every message."""
    rest = iter(messages)
    async with client(broker) as publisher:
        while some := list(islice(rest, IN_FLIGHT)):
            await asyncio.gather(
                *(publisher.publish(m.topic, m.payload, qos=1, retain=m.retain) for m in some)
            )


def numbered(meters: Meters, numbers: Iterable[int]) -> Iterator[Message]:
    """Yield these readings as publishes."""
    return (meters.message(number) for number in numbers)

"""What the broker drops is heard where it says so, and nobody suffers where it does not."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ingest.mqtt.drops import DropsWatch
from ingest.settings_mqtt import MqttSettings
from ingest.vitals import Vitals
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

ROOM = 3
SENT = 10


class Tried(Exception):
    """It waits before it tries again."""


async def stop_there(_seconds: float) -> None:
    raise Tried


@asynccontextmanager
async def watching(settings: MqttSettings, vitals: Vitals) -> AsyncIterator[None]:
    watch = asyncio.create_task(DropsWatch(settings, vitals).run())
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait([watch])


def subscribed() -> Vitals:
    return Vitals(started_at=0.0, broker="", subscribed_since=1.0)


async def leave_a_queue(broker: Mosquitto) -> None:
    kept = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    kept.SessionExpiryInterval = 60
    async with aiomqtt.Client(
        broker.host,
        broker.port,
        identifier="away",
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=False,
        properties=kept,
    ) as client:
        await client.subscribe("x", qos=1)


async def publish(broker: Mosquitto) -> None:
    async with aiomqtt.Client(broker.host, broker.port) as client:
        for _ in range(SENT):
            await client.publish("x", b"", qos=1)


async def test_what_the_broker_drops_for_want_of_room_is_counted_and_told(
    tmp_path: Path, launch: Launch, caplog: pytest.LogCaptureFixture
):
    limits = (f"max_queued_messages {ROOM}", "sys_interval 1")
    broker = launch(Mosquitto(tmp_path, extra=limits))
    vitals = subscribed()
    async with watching(MqttSettings(host=broker.host, port=broker.port), vitals):
        await eventually(lambda: vitals.dropped_by_broker == 0)
        assert caplog.messages == []
        await leave_a_queue(broker)
        await publish(broker)
        await eventually(lambda: vitals.dropped_by_broker == SENT - ROOM)
    assert len(caplog.messages) == 1
    assert "raise max_queued_messages" in caplog.messages[0]


async def test_a_broker_that_lets_us_not_in_or_is_not_there_is_no_complaint(
    tmp_path: Path, launch: Launch, caplog: pytest.LogCaptureFixture
):
    broker = launch(Mosquitto(tmp_path, users={"someone": "else"}))
    settings = MqttSettings(host=broker.host, port=broker.port)
    for _ in range(2):
        vitals = subscribed()
        with caplog.at_level(logging.INFO), pytest.raises(Tried):
            await DropsWatch(settings, vitals, sleep=stop_there).run()
        assert vitals.dropped_by_broker is None
        assert caplog.messages == []
        broker.stop()


async def test_nothing_is_asked_before_readings_are_subscribed_to():
    nobody = MqttSettings(host="127.0.0.1", port=1)
    waiting = Vitals(started_at=0.0, broker="")
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise Tried

    with pytest.raises(Tried):
        await DropsWatch(nobody, waiting, sleep=sleep).run()
    assert waits == [1.0] * 3

"""A real broker retains exactly what fires."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiomqtt
import pytest

from ingest.alerts.forms import topic_of
from ingest.alerts.mqtt_output import MqttOutput
from ingest.settings_mqtt import MqttSettings
from tests.eventually import eventually
from tests.ingest.alerts.examples import HOT, WHOLE, resolved
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch


@pytest.fixture
def broker(launch: Launch, tmp_path) -> Mosquitto:
    return launch(Mosquitto(tmp_path / "broker", persistence=True))


def settings_for(broker: Mosquitto, **other: object) -> MqttSettings:
    return MqttSettings.model_validate({"host": broker.host, "port": broker.port, **other})


@asynccontextmanager
async def running(output: MqttOutput) -> AsyncIterator[MqttOutput]:
    task = asyncio.create_task(output.run())
    try:
        yield output
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def retained(broker: Mosquitto) -> dict[str, dict[str, object]]:
    """What the broker retains now."""
    last = f"test/{secrets.token_hex(4)}"
    found: dict[str, dict[str, object]] = {}
    async with aiomqtt.Client(broker.host, broker.port) as client, asyncio.timeout(10):
        await client.subscribe([("alert/#", 1), (last, 1)])
        await client.publish(last, b"that is all", qos=1)
        async for message in client.messages:
            if str(message.topic) == last:
                return found
            found[str(message.topic)] = json.loads(bytes(message.payload))
    raise AssertionError


async def test_what_fires_is_retained_and_what_is_resolved_is_cleared(broker):
    async with running(MqttOutput(settings_for(broker))) as output:
        output.tell([HOT, WHOLE], [HOT, WHOLE])
        await asyncio.wait_for(output.finish(), 15)
        assert (await retained(broker)).keys() == {topic_of(HOT), topic_of(WHOLE)}
        assert (await retained(broker))[topic_of(HOT)]["value"] == 28.25
        output.tell([resolved(HOT)], [WHOLE])
        await asyncio.wait_for(output.finish(), 15)
        assert (await retained(broker)).keys() == {topic_of(WHOLE)}


async def test_who_listens_hears_that_it_was_resolved(broker):
    async with (
        running(MqttOutput(settings_for(broker))) as output,
        aiomqtt.Client(broker.host, broker.port) as client,
        asyncio.timeout(20),
    ):
        await client.subscribe("alert/#", qos=1)
        output.tell([HOT], [HOT])
        await output.finish()
        output.tell([resolved(HOT)], [])
        heard = [await anext(client.messages) for _ in range(3)]
    payloads = [bytes(message.payload) for message in heard]
    states = [json.loads(payload)["state"] for payload in payloads[:2]]
    assert states == ["firing", "resolved"]
    assert payloads[2] == b""


async def test_alerts_of_an_earlier_run_do_not_stand_for_ever(broker):
    async with running(MqttOutput(settings_for(broker))) as earlier:
        earlier.tell([HOT, WHOLE], [HOT, WHOLE])
        await asyncio.wait_for(earlier.finish(), 15)
    async with running(MqttOutput(settings_for(broker))) as output:
        output.tell([], [WHOLE])
        async with (
            asyncio.timeout(15),
            aiomqtt.Client(broker.host, broker.port) as client,
        ):
            await client.subscribe(topic_of(HOT), qos=1)
            while bytes((await anext(client.messages)).payload):
                pass
    assert (await retained(broker)).keys() == {topic_of(WHOLE)}


@pytest.mark.parametrize(
    "others",
    [{"except_topics": (f"telemetry/+/{HOT.kind}/+",)}, {"topics": ("telemetry/elsewhere/#",)}],
)
async def test_alerts_of_another_service_are_left_standing(broker, others):
    async with running(MqttOutput(settings_for(broker))) as first:
        first.tell([HOT], [HOT])
        await asyncio.wait_for(first.finish(), 15)
    async with running(MqttOutput(settings_for(broker, **others))) as second:
        second.tell([WHOLE], [WHOLE])
        await asyncio.wait_for(second.finish(), 15)
    assert topic_of(HOT) in await retained(broker)


async def test_a_broker_that_was_away_gets_the_latest_and_the_complaint_goes(broker):
    broker.stop()
    async with running(MqttOutput(settings_for(broker))) as output:
        output.tell([HOT], [HOT])
        await eventually(lambda: output.complaint)
        assert f"{broker.host}:{broker.port}" in output.complaint
        hotter = replace(HOT, value=31.0)
        output.tell([hotter], [hotter])
        broker.start()
        await asyncio.wait_for(output.finish(), 30)
        assert output.complaint == ""
        assert (await retained(broker))[topic_of(HOT)]["value"] == 31.0


async def test_a_broker_that_forgot_what_it_retained_is_told_again_unasked(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker", persistence=False))
    async with running(MqttOutput(settings_for(broker))) as output:
        output.tell([HOT], [HOT])
        await asyncio.wait_for(output.finish(), 15)
        broker.restart()
        async with asyncio.timeout(15), aiomqtt.Client(broker.host, broker.port) as client:
            await client.subscribe(topic_of(HOT), qos=1)
            message = await anext(client.messages)
    assert json.loads(bytes(message.payload))["value"] == 28.25


async def test_a_broker_that_forbids_alerts_is_named_in_the_complaint(launch, tmp_path):
    users = {"ingest": "secret", "other": "x"}
    acl = ["user ingest", "topic read alert/#"]
    broker = launch(Mosquitto(tmp_path / "broker", users=users, acl=acl))
    settings = settings_for(broker, username="ingest", password="secret")
    async with running(MqttOutput(settings)) as output:
        output.tell([HOT], [HOT])
        await eventually(lambda: output.complaint)
        assert topic_of(HOT) in output.complaint

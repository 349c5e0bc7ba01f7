import asyncio
import random
import secrets
import time
from contextlib import asynccontextmanager
from pathlib import Path

import aiomqtt
import mqtt5
import pytest

from devices.patience import Patience
from ingest.errors import BrokerError, BrokerRefused
from ingest.mqtt.inbox import Batch
from ingest.mqtt.subscriber import Subscriber
from ingest.settings import BatchSettings
from ingest.settings_mqtt import MqttSettings
from ingest.vitals import Vitals
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch


def make_subscriber(broker: Mosquitto, **settings: object) -> Subscriber:
    complete = MqttSettings.model_validate(
        {
            "host": broker.host,
            "port": broker.port,
            "client_id": f"test-{secrets.token_hex(4)}",
            **settings,
        }
    )
    vitals = Vitals(started_at=time.monotonic(), broker=f"{broker.host}:{broker.port}")
    batch = BatchSettings(pause_s=0.02)
    return Subscriber(complete, batch, vitals, sleep=_no_wait)


async def _no_wait(_: float) -> None:
    await asyncio.sleep(0.01)


@asynccontextmanager
async def running(subscriber: Subscriber):
    task = asyncio.create_task(subscriber.run())
    async with asyncio.timeout(20):
        await eventually(lambda: subscriber._vitals.subscribed_since or task.done())
        yield subscriber
    await subscriber.close()
    task.cancel()
    await asyncio.wait([task])


async def publish(broker: Mosquitto, *payloads: bytes, topic: str, retain: bool = False) -> None:
    async with aiomqtt.Client(
        broker.host, broker.port, protocol=aiomqtt.ProtocolVersion.V5
    ) as client:
        for payload in payloads:
            await client.publish(topic, payload, qos=1, retain=retain)


async def take(subscriber: Subscriber, count: int) -> list[Batch]:
    batches: list[Batch] = []
    while sum(len(batch.messages) for batch in batches) < count:
        batches.append(await subscriber.inbox.batch())
    return batches


def payloads(batches: list[Batch]) -> list[bytes]:
    return [message.payload for batch in batches for message in batch.messages]


async def test_publishes_arrive_in_order_as_batches(mosquitto: Mosquitto):
    site = secrets.token_hex(4)
    async with running(make_subscriber(mosquitto, topics=[f"telemetry/{site}/#"])) as subscriber:
        await publish(mosquitto, b"1", b"2", b"3", topic=f"telemetry/{site}/k/d")
        assert payloads(await take(subscriber, 3)) == [b"1", b"2", b"3"]
        assert subscriber._vitals.ledger.messages.received == 3


async def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(mosquitto: Mosquitto):
    site = secrets.token_hex(4)
    again = {"topics": [f"telemetry/{site}/#"], "client_id": f"again-{site}"}
    async with running(make_subscriber(mosquitto, **again)) as subscriber:
        await publish(mosquitto, b"done", topic=f"telemetry/{site}/k/d")
        for batch in await take(subscriber, 1):
            batch.acknowledge()
        await publish(mosquitto, b"open", topic=f"telemetry/{site}/k/d")
        await take(subscriber, 1)
    await publish(mosquitto, b"away", topic=f"telemetry/{site}/k/d")
    async with running(make_subscriber(mosquitto, **again)) as subscriber:
        assert payloads(await take(subscriber, 2)) == [b"open", b"away"]
        assert subscriber._vitals.ledger.redelivered == 1


async def test_the_receive_maximum_bounds_what_is_in_flight(mosquitto: Mosquitto):
    site = secrets.token_hex(4)
    subscriber = make_subscriber(mosquitto, topics=[f"telemetry/{site}/#"], receive_maximum=5)
    async with running(subscriber):
        await publish(mosquitto, *[b"%d" % n for n in range(12)], topic=f"telemetry/{site}/k/d")
        first = await take(subscriber, 5)
        assert len(payloads(first)) == 5
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(subscriber.inbox.batch(), 0.1)
        for batch in first:
            batch.acknowledge()
        second = await take(subscriber, 1)
        assert payloads(second)[0] == b"5"


async def test_two_services_share_a_stream(mosquitto: Mosquitto):
    site = secrets.token_hex(4)
    topics = [f"$share/{site}/telemetry/{site}/#"]
    async with (
        running(make_subscriber(mosquitto, topics=topics)) as one,
        running(make_subscriber(mosquitto, topics=topics)) as two,
    ):
        await publish(mosquitto, *[b"%d" % n for n in range(20)], topic=f"telemetry/{site}/k/d")
        await eventually(lambda: one.inbox.size + two.inbox.size == 20)
        assert one.inbox.size > 0
        assert two.inbox.size > 0


async def test_retained_telemetry_is_marked_and_not_repeated(mosquitto: Mosquitto):
    site = secrets.token_hex(4)
    settings = {"topics": [f"telemetry/{site}/#"], "client_id": f"retained-{site}"}
    topic = f"telemetry/{site}/k/d"
    await publish(mosquitto, b"old", topic=topic, retain=True)
    async with running(make_subscriber(mosquitto, **settings)) as subscriber:
        (batch,) = await take(subscriber, 1)
        assert batch.messages[0].retain
        batch.acknowledge()
        await publish(mosquitto, b"live", topic=topic, retain=True)
        (batch,) = await take(subscriber, 1)
        assert not batch.messages[0].retain
        batch.acknowledge()
    async with running(make_subscriber(mosquitto, **settings)) as subscriber:
        await publish(mosquitto, b"next", topic=topic)
        assert payloads(await take(subscriber, 1)) == [b"next"]


async def test_it_comes_back_when_the_broker_does(tmp_path: Path, launch: Launch):
    broker = launch(Mosquitto(tmp_path / "broker", persistence=True))
    subscriber = make_subscriber(broker)
    async with running(subscriber):
        await publish(broker, b"before", topic="telemetry/s/k/d")
        (unacknowledged,) = await take(subscriber, 1)
        await asyncio.to_thread(broker.stop)
        await eventually(lambda: not subscriber._vitals.connected)
        await eventually(lambda: "cannot reach the broker" in subscriber._vitals.broker_complaint)
        await asyncio.to_thread(broker.start)
        await eventually(lambda: subscriber._vitals.subscribed_since)
        unacknowledged.acknowledge()  # of a connection that is gone: must not reach the new one
        assert payloads(await take(subscriber, 1)) == [b"before"]
        await publish(broker, b"after", topic="telemetry/s/k/d")
        assert payloads(await take(subscriber, 1)) == [b"after"]
        assert subscriber._vitals.connections == 2


async def test_a_wrong_password_is_told_with_user_and_setting(tmp_path: Path, launch: Launch):
    broker = launch(Mosquitto(tmp_path / "broker", users={"ingest": "right"}))
    subscriber = make_subscriber(broker, username="ingest", password="wrong")
    with pytest.raises(
        BrokerRefused, match=r"refused user 'ingest': NOT_AUTHORIZED.*mqtt.password"
    ):
        await subscriber._connect()
    async with running(make_subscriber(broker, username="ingest", password="right")):
        pass


@asynccontextmanager
async def broker_that_answers(*answers: bytes):
    """A server that sends one of the answers to each packet; mosquitto refuses no subscription."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await reader.read(4096)
            writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        vitals = Vitals(started_at=0, broker=f"127.0.0.1:{port}")
        yield Subscriber(MqttSettings(port=port, username="ingest"), BatchSettings(), vitals)


async def test_a_refused_subscription_names_filter_user_and_fix():
    codes = [mqtt5.SubAckReasonCode.NOT_AUTHORIZED]
    answers = mqtt5.ConnAckPacket().write(), mqtt5.SubAckPacket(1, codes).write()
    async with broker_that_answers(*answers) as subscriber:
        with pytest.raises(BrokerRefused, match=r"'telemetry/#' for user 'ingest'.*broker's ACL"):
            await subscriber._connect()


class Patient(random.Random):
    """Always waits the longest that it may."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


async def test_a_broker_that_drops_every_link_is_tried_ever_more_slowly():
    waits: list[float] = []
    enough = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            enough.set()
        await asyncio.sleep(0)

    granted = mqtt5.SubAckPacket(1, [mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE])
    answers = mqtt5.ConnAckPacket().write(), granted.write()
    async with broker_that_answers(*answers) as subscriber:
        subscriber._sleep, subscriber._patience = sleep, Patience(rng=Patient())
        task = asyncio.create_task(subscriber.run())
        await enough.wait()
        task.cancel()
        await asyncio.wait([task])
    assert waits[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30]


async def test_a_server_that_is_no_broker_is_told_apart():
    async with broker_that_answers(b"HTTP/1.1 400 Bad Request\r\n\r\n") as subscriber:
        with pytest.raises(BrokerError, match="must speak MQTT 5"):
            await subscriber._connect()


async def test_a_port_where_nobody_listens_is_told_with_what_to_check(unused_tcp_port: int):
    subscriber = Subscriber(
        MqttSettings(port=unused_tcp_port),
        BatchSettings(),
        Vitals(started_at=0, broker=f"127.0.0.1:{unused_tcp_port}"),
    )
    with pytest.raises(BrokerError, match=r"is it running\? check mqtt.host and mqtt.port"):
        await subscriber._connect()

"""Dead letters go back to a real broker, and what became of each is known."""

import asyncio
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from ingest.core.rejection import DeadLetter
from ingest.dead_letters import Cursor, DeadLetters
from ingest.dead_letters.replay import BrokerPublisher, Outcome, replay
from ingest.dead_letters.replayed import Replayed
from ingest.errors import BrokerError
from ingest.settings import DeadLetterSettings
from ingest.settings_mqtt import MqttSettings
from tests.ingest.dead_letters.letters import LETTER
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch


@pytest.fixture
def site() -> str:
    return f"site-{secrets.token_hex(4)}"


def letter(site: str, number: int = 0) -> DeadLetter:
    payload = b'{"number": %d}' % number
    topic = f"telemetry/{site}/smart_meter/m-{number}"
    return replace(LETTER, topic=topic, payload=payload, size_bytes=len(payload))


def keep(folder: Path, letters: Iterable[DeadLetter]) -> None:
    box = DeadLetters(DeadLetterSettings(dir=folder))
    box.append(list(letters))
    box.close()


def settings_for(broker: Mosquitto, **other: str) -> MqttSettings:
    return MqttSettings.model_validate({"host": broker.host, "port": broker.port, **other})


async def send(folder: Path, settings: MqttSettings, *, again: bool = False) -> list[Outcome]:
    letters = Cursor(folder).read()
    async with BrokerPublisher(settings) as publisher:
        return [outcome async for outcome in replay(letters, publisher, Replayed(), again=again)]


async def test_letters_arrive_as_they_were(mosquitto: Mosquitto, tmp_path: Path, site: str) -> None:
    binary = bytes(range(256))
    sent = [letter(site), replace(letter(site, 1), payload=binary, size_bytes=256)]
    keep(tmp_path, sent)
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as subscriber:
        await subscriber.subscribe(f"telemetry/{site}/#", qos=1)
        assert await send(tmp_path, settings_for(mosquitto)) == ["sent", "sent"]
        async with asyncio.timeout(10):
            arrived = [await anext(subscriber.messages) for _ in sent]
    assert [(str(each.topic), each.payload) for each in arrived] == [
        (each.topic, each.payload) for each in sent
    ]


async def test_letters_sent_before_are_passed_over_unless_wanted_again(
    mosquitto: Mosquitto, tmp_path: Path, site: str
) -> None:
    keep(tmp_path, [letter(site, 0), letter(site, 1)])
    async with aiomqtt.Client(mosquitto.host, mosquitto.port) as subscriber:
        await subscriber.subscribe(f"telemetry/{site}/#", qos=1)
        await send(tmp_path, settings_for(mosquitto))
        keep(tmp_path, [letter(site, 2)])
        assert await send(tmp_path, settings_for(mosquitto)) == ["before", "before", "sent"]
        assert await send(tmp_path, settings_for(mosquitto), again=True) == ["sent"] * 3


async def test_letters_that_nobody_hears_are_told_and_tried_again(
    mosquitto: Mosquitto, tmp_path: Path, site: str
) -> None:
    keep(tmp_path, [letter(site)])
    assert await send(tmp_path, settings_for(mosquitto)) == ["unheard"]
    assert await send(tmp_path, settings_for(mosquitto)) == ["unheard"]


async def test_letters_that_the_broker_denies_are_told(
    launch: Launch, tmp_path: Path, site: str
) -> None:
    acl = ["user ingest", f"topic write telemetry/{site}/smart_meter/m-1"]
    broker = launch(Mosquitto(tmp_path / "broker", users={"ingest": "velvet"}, acl=acl))
    keep(tmp_path, [letter(site, 0), letter(site, 1)])
    settings = settings_for(broker, username="ingest", password="velvet")
    assert await send(tmp_path, settings) == ["denied", "unheard"]


async def test_letters_that_cannot_be_sent_are_told_and_stop_no_other(
    mosquitto: Mosquitto, tmp_path: Path, site: str
) -> None:
    topics = ["", "telemetry/+/x/y", "a/#", "nul\0", "\ud800", "long" * 20_000]
    keep(
        tmp_path,
        [
            *(replace(LETTER, topic=topic) for topic in topics),
            replace(LETTER, size_bytes=70_000),
            replace(LETTER, reason="refused", payload=b"m x=1 1", size_bytes=7),
            replace(letter(site), reason="refused"),
        ],
    )
    outcomes = await send(tmp_path, settings_for(mosquitto))
    assert outcomes == [*["unsendable"] * 6, "incomplete", "line", "unheard"]


async def test_a_rate_spreads_letters_evenly(tmp_path: Path) -> None:
    keep(tmp_path, [letter("x", number) for number in range(5)])
    now = 100.0
    sent_at = []

    class Recorder:
        async def send(self, _topic: str, _payload: bytes) -> int:
            nonlocal now
            sent_at.append(now)
            now += 0.3 if len(sent_at) == 2 else 0.01  # once slower than the rate
            return 0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    letters = Cursor(tmp_path).read()
    outcomes = replay(letters, Recorder(), Replayed(), per_s=10, sleep=sleep, clock=lambda: now)
    assert [outcome async for outcome in outcomes] == ["sent"] * 5
    assert sent_at == pytest.approx([100.0, 100.1, 100.4, 100.5, 100.6])


async def test_what_was_confirmed_before_the_broker_went_away_is_not_sent_again(
    launch: Launch, tmp_path: Path, site: str
) -> None:
    broker = launch(Mosquitto(tmp_path / "broker"))
    keep(tmp_path, [letter(site, number) for number in range(3)])
    settings = settings_for(broker)
    with suppress(aiomqtt.MqttError):  # the broker goes away under the subscriber, too
        async with (
            aiomqtt.Client(broker.host, broker.port) as subscriber,
            BrokerPublisher(settings) as publisher,
        ):
            await subscriber.subscribe(f"telemetry/{site}/#", qos=1)
            outcomes = replay(Cursor(tmp_path).read(), publisher, Replayed())
            assert await anext(outcomes) == "sent"
            await asyncio.to_thread(broker.stop)
            with pytest.raises(BrokerError, match=str(broker.port)):
                await anext(outcomes)
            await anext(subscriber.messages)
            await anext(subscriber.messages)
    broker.start()
    assert await send(tmp_path, settings) == ["before", "unheard", "unheard"]


async def test_a_broker_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match=r"127\.0\.0\.1:1: "):
        await send(tmp_path, MqttSettings(port=1))

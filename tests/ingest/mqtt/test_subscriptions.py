"""The session at the broker holds what is wanted and nothing else, whatever went wrong before."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import mqtt5
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import BrokerError, BrokerRefused, ConfigError
from ingest.mqtt.link import Link
from ingest.mqtt.session_file import SessionFile
from ingest.mqtt.subscriptions import Subscriptions
from ingest.settings_mqtt import MqttSettings
from tests.ingest.mqtt.test_subscriber import make_subscriber, payloads, publish, running, take
from tests.servers.mosquitto import Mosquitto

GRANTED = mqtt5.SubAckReasonCode.GRANTED_QOS_AT_LEAST_ONCE
DENIED = mqtt5.SubAckReasonCode.NOT_AUTHORIZED


class Session:
    """What a broker holds for us; it is heard and obeyed until `cut` questions were asked."""

    def __init__(self, *, denied: Sequence[str] = (), stubborn: bool = False) -> None:
        self.held: set[str] = set()
        self.cut = 1_000
        self.obeys_when_cut = False
        self._denied = denied
        self._stubborn = stubborn

    async def ask(self, packet: Any, _: type, __: float) -> Any:
        self.cut -= 1
        if self.cut >= 0 or self.obeys_when_cut:
            answer = self._obey(packet)
        if self.cut < 0:
            raise BrokerError("cut")
        return answer

    def _obey(self, packet: Any) -> Any:
        if isinstance(packet, mqtt5.SubscribePacket):
            patterns = [each.pattern for each in packet.topic_filters]
            self.held |= set(patterns) - set(self._denied)
            codes = [DENIED if pattern in self._denied else GRANTED for pattern in patterns]
            return mqtt5.SubAckPacket(packet.packet_id, codes)
        ended = mqtt5.UnsubAckReasonCode.SUCCESS
        if self._stubborn:
            ended = mqtt5.UnsubAckReasonCode.NOT_AUTHORIZED
        else:
            self.held -= set(packet.patterns)
        return mqtt5.UnsubAckPacket(packet.packet_id, [ended] * len(packet.patterns))


def link_to(session: Session) -> Link:
    return cast("Link", session)


def subscriptions(file: SessionFile | None, *topics: str, client_id: str = "me") -> Subscriptions:
    return Subscriptions(MqttSettings(topics=topics, client_id=client_id), file)


TOPICS = st.lists(st.sampled_from("abcd"), min_size=1, unique=True)
RUNS = st.lists(st.tuples(TOPICS, st.integers(0, 3), st.booleans()), max_size=5)


@settings(max_examples=40)  # each writes files
@given(runs=RUNS, last=TOPICS)
def test_after_any_crashes_the_next_connection_makes_it_right(
    runs: list[tuple[list[str], int, bool]], last: list[str]
) -> None:
    session = Session()
    with TemporaryDirectory() as folder:
        file = SessionFile(Path(folder) / "session.json")
        for topics, session.cut, session.obeys_when_cut in runs:
            _try(subscriptions(file, *topics), session)
        session.cut = 1_000
        _try(subscriptions(file, *last), session)
        remembered = file.load()
    assert session.held == set(last)
    assert remembered
    assert remembered.topics == tuple(sorted(last))


def _try(wanted: Subscriptions, session: Session) -> None:
    try:
        asyncio.run(wanted.settle(link_to(session)))
    except BrokerError:
        assert session.cut < 0


async def test_what_the_broker_refuses_leaves_all_as_it_was(tmp_path: Path) -> None:
    session = Session(denied=["secret"])
    some = subscriptions(SessionFile(tmp_path / "session.json"), "a", "b")
    await some.settle(link_to(session))
    with pytest.raises(BrokerRefused, match=r"'secret'.*broker's ACL"):
        await some.change(["b", "c", "secret"], link_to(session))
    assert session.held == {"a", "b"}
    assert some.wanted == ("a", "b")


async def test_what_the_broker_does_not_let_go_of_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = SessionFile(tmp_path / "session.json")
    session = Session(stubborn=True)
    await subscriptions(file, "a", "b").settle(link_to(session))
    await subscriptions(file, "a").settle(link_to(session))
    assert "the broker keeps the subscription to 'b': NOT_AUTHORIZED" in caplog.text
    session._stubborn = False
    await subscriptions(file, "a").settle(link_to(session))
    assert session.held == {"a"}


async def test_another_client_id_is_told_what_it_leaves_behind(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = SessionFile(tmp_path / "session.json")
    await subscriptions(file, "a").settle(link_to(Session()))
    session = Session()
    await subscriptions(file, "b", client_id="another").settle(link_to(session))
    assert session.held == {"b"}
    (record,) = caplog.records
    assert "queueing for the old one" in record.getMessage()
    assert (record.__dict__["old"], record.__dict__["new"]) == ("me", "another")


async def test_a_memory_that_is_lost_is_said_and_no_reason_to_stop(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "session.json").write_bytes(b'{"half')
    some = subscriptions(SessionFile(tmp_path / "session.json"), "a")
    assert "cannot be read" in caplog.text
    await some.settle(link_to(Session()))


async def test_a_disk_without_room_does_not_keep_us_from_subscribing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "in the way").touch()
    session = Session()
    file = SessionFile(tmp_path / "in the way" / "session.json")
    with caplog.at_level(logging.WARNING):
        await subscriptions(file, "a").settle(link_to(session))
    assert session.held == {"a"}
    assert "could not be kept" in caplog.text


def test_a_memory_of_a_later_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    path.write_text('{"client_id":"me","topics":["a"],"version":2}')
    with pytest.raises(ConfigError, match=r"session\.json: in format 2.*up to 1;.*delete"):
        SessionFile(path).load()


async def test_topics_are_changed_at_once_and_the_broker_lets_the_old_one_go(
    mosquitto: Mosquitto,
) -> None:
    site = secrets.token_hex(4)
    old, both, new = (f"telemetry/{site}/{word}/d" for word in ("old", "both", "new"))
    async with running(make_subscriber(mosquitto, topics=[old, both])) as subscriber:
        assert await subscriber.subscribe_to([both, new])
        for topic in (old, both, new):
            await publish(mosquitto, topic.encode(), topic=topic)
        assert payloads(await take(subscriber, 2)) == [both.encode(), new.encode()]


async def test_what_was_taken_out_while_nobody_was_there_comes_no_more(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    site = secrets.token_hex(4)
    old, both = f"telemetry/{site}/old/d", f"telemetry/{site}/both/d"
    me = f"me-{site}"
    file = SessionFile(tmp_path / "session.json")
    for topics in ([old, both], [both]):
        subscriber = make_subscriber(mosquitto, topics=topics, client_id=me)
        subscriber._subscriptions = Subscriptions(subscriber._settings, file)
        async with running(subscriber):
            pass
    for topic in (old, both):
        await publish(mosquitto, topic.encode(), topic=topic)
    async with running(make_subscriber(mosquitto, topics=[both], client_id=me)) as forgetful:
        assert payloads(await take(forgetful, 1)) == [both.encode()]


async def test_without_a_connection_the_next_one_is_made_with_the_new_topics(
    mosquitto: Mosquitto,
) -> None:
    site = secrets.token_hex(4)
    subscriber = make_subscriber(mosquitto, topics=[f"telemetry/{site}/old/d"])
    assert not await subscriber.subscribe_to([f"telemetry/{site}/new/d"])
    async with running(subscriber):
        await publish(mosquitto, b"old", topic=f"telemetry/{site}/old/d")
        await publish(mosquitto, b"new", topic=f"telemetry/{site}/new/d")
        assert payloads(await take(subscriber, 1)) == [b"new"]

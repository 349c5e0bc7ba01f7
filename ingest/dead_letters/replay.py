"""Sends dead letters back to the broker they came from, one after the other."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Literal, Protocol, Self, get_args

import aiomqtt

from devices.gateways.confirming_client import ConfirmingClient
from devices.mqtt.reason_codes import FIRST_FAILURE
from devices.mqtt.trouble import explain_failure
from ingest.dead_letters.reader import Kept
from ingest.dead_letters.replayed import Replayed
from ingest.errors import BrokerError
from ingest.mqtt.tls import WORDS, make_context
from ingest.settings_mqtt import MqttSettings

NO_MATCHING_SUBSCRIBERS = 0x10
MAX_TOPIC_BYTES = 65_535

Outcome = Literal[
    "sent",  # the broker has it, and somebody subscribes to its topic
    "before",  # sent by an earlier replay
    "unheard",  # the broker has dropped it: nobody subscribes
    "denied",  # the broker does not let us publish it
    "incomplete",  # its payload was cut off when it was rejected, for being too large
    "unsendable",  # its topic cannot be published to
    "line",  # refused by the database, and so kept as a line for that, not as a message
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class Publisher(Protocol):
    """Publishes a message and says what the broker answered."""

    async def send(self, topic: str, payload: bytes) -> int:
        """Publish at QoS 1 and return the reason code of the PUBACK.

        Raises:
            BrokerError: The connection is gone; whether the message arrived is not known.
        """
        ...


class BrokerPublisher:
    """A connection to the broker of the settings, under a client id of its own."""

    def __init__(self, settings: MqttSettings) -> None:
        """Prepare to connect, which entering does.

        Raises:
            ConfigError: A certificate, key or password cannot be read.
        """
        self._address = f"{settings.host}:{settings.port}"
        self._tls = make_context(settings.tls)
        self._client = ConfirmingClient(
            settings.host,
            settings.port,
            # Its beginning is the service's, for brokers that tie users to prefixes.
            identifier=f"{settings.client_id}-replay-{secrets.token_hex(4)}",
            username=settings.username,
            password=settings.read_password(),
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=self._tls,
        )

    async def __aenter__(self) -> Self:
        try:
            await self._client.__aenter__()
        except aiomqtt.MqttError as error:
            advice = explain_failure(error, WORDS, tls=self._tls is not None)
            raise BrokerError(f"{self._address}: {advice}") from error
        return self

    async def __aexit__(self, *exception: object) -> None:
        try:
            await self._client.__aexit__(None, None, None)
        except aiomqtt.MqttError as error:
            if exception[0] is None:
                raise BrokerError(f"{self._address}: {error}") from error

    async def send(self, topic: str, payload: bytes) -> int:
        """See `Publisher`."""
        try:
            return await self._client.send(topic, payload)
        except aiomqtt.MqttError as error:
            raise BrokerError(f"{self._address}: {error}") from error


async def replay(  # noqa: PLR0913 - what it works on, and how fast
    letters: Iterable[Kept],
    publisher: Publisher,
    replayed: Replayed,
    *,
    again: bool = False,
    per_s: float | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncGenerator[Outcome, None]:
    """Send letters and yield what became of each; stop iterating to stop.

    A reading sent twice is one reading, so it does no harm to do this again after an
    interruption, or with letters whose fate is not known.

    Args:
        letters: In the order in which to send them.
        publisher: Where to send them.
        replayed: Those sent before, which are passed over; those sent now are added.
        again: Send those sent before, too.
        per_s: Most letters a second; None for as fast as the broker answers.
        sleep: Waits for a number of seconds.
        clock: Monotonic seconds.

    Raises:
        BrokerError: The connection is gone.
    """
    next_at = clock()
    for kept in letters:
        outcome = fate(kept, replayed, again=again)
        if outcome is None:
            if per_s is not None:
                await sleep(max(0.0, next_at - clock()))
                next_at = max(next_at, clock()) + 1 / per_s
            outcome = _outcome(await publisher.send(kept.letter.topic, kept.letter.payload))
            if outcome == "sent":
                replayed.add(kept)
        yield outcome


def fate(kept: Kept, replayed: Replayed, *, again: bool) -> Outcome | None:
    """Return what becomes of a letter that is not sent, or None if it is to be sent."""
    letter = kept.letter
    if not again and kept in replayed:
        return "before"
    if len(letter.payload) < letter.size_bytes:
        return "incomplete"
    if letter.reason == "refused" and letter.payload[:1] not in (b"{", b"["):
        return "line"
    return None if _publishable(letter.topic) else "unsendable"


def _publishable(topic: str) -> bool:
    try:
        length = len(topic.encode("utf-8"))
    except UnicodeEncodeError:
        return False
    return 0 < length <= MAX_TOPIC_BYTES and not set("+#\0") & set(topic)


def _outcome(answer: int) -> Outcome:
    if answer >= FIRST_FAILURE:
        return "denied"
    return "unheard" if answer == NO_MATCHING_SUBSCRIBERS else "sent"

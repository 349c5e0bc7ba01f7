"""What we are subscribed to: brought about at every connection, and changed while it lasts.

The session at the broker outlives connection and process, and with it every subscription that
nobody ends. So what it may hold is remembered, and what is wanted no more is let go of.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence

import mqtt5

from devices.mqtt.reason_codes import FIRST_FAILURE
from ingest.errors import BrokerRefused
from ingest.mqtt.advice import SUBSCRIBE_ADVICE
from ingest.mqtt.link import Link
from ingest.mqtt.session_file import SessionFile
from ingest.settings_mqtt import MqttSettings

logger = logging.getLogger(__name__)

ANSWER_S = 10.0
SUBSCRIBE_ID = 1
UNSUBSCRIBE_ID = 2


class Subscriptions:
    """The filters that are wanted, and those that the session may hold.

    Args:
        settings: Of the broker.
        file: Remembers over restarts; None forgets.

    Attributes:
        wanted: The filters that `settle` subscribes to.
    """

    def __init__(self, settings: MqttSettings, file: SessionFile | None) -> None:
        """Remember the session.

        Raises:
            ConfigError: A later version of this program wrote the file.
        """
        self.wanted: Sequence[str] = settings.topics
        self._settings = settings
        self._broker = f"{settings.host}:{settings.port}"
        self._file = file
        self._held: frozenset[str] = frozenset()
        session = file.load() if file else None
        if session and session.client_id == settings.client_id:
            self._held = frozenset(session.topics)
        elif session:
            logger.warning(
                "mqtt.client_id has changed; the broker goes on queueing for the old one until its "
                "session expires, and what it has queued does not come",
                extra={"old": session.client_id, "new": settings.client_id},
            )

    async def settle(self, link: Link) -> None:
        """Subscribe to what is wanted, then let go of what is not: nothing is missed in between.

        Raises:
            BrokerRefused: The broker does not grant what is wanted.
            BrokerError: The connection ended, or the broker does not answer.
        """
        wanted = frozenset(self.wanted)
        await self._remember(self._held | wanted)
        await self._subscribe(link, self.wanted)
        gone = sorted(self._held - wanted)
        kept = await self._unsubscribe(link, gone) if gone else frozenset()
        await self._remember(wanted | kept)

    async def change(self, topics: Sequence[str], link: Link) -> None:
        """Want others from now on, and bring that about.

        Raises:
            BrokerRefused: The broker does not grant them; all is as it was.
            BrokerError: The connection ended, or the broker does not answer; `settle` with the
                next one.
        """
        before, self.wanted = self.wanted, topics
        try:
            await self.settle(link)
        except BrokerRefused:
            self.wanted = before
            await self.settle(link)
            raise

    async def _subscribe(self, link: Link, topics: Sequence[str]) -> None:
        # Retained messages are old state: asked for only when the subscription is new, so that
        # a device that retains its telemetry is noticed without a flood at every reconnect.
        filters = [
            mqtt5.TopicFilter(
                pattern,
                max_qos=mqtt5.QoS.AT_LEAST_ONCE,
                retain_as_published=False,
                retain_handling=mqtt5.RetainHandling.SEND_IF_SUBSCRIPTION_NOT_EXISTS,
            )
            for pattern in topics
        ]
        subscribe = mqtt5.SubscribePacket(SUBSCRIBE_ID, filters)
        answer = await link.ask(subscribe, mqtt5.SubAckPacket, ANSWER_S)
        for pattern, code in zip(topics, answer.reason_codes, strict=True):
            if int(code) >= FIRST_FAILURE:
                advice = SUBSCRIBE_ADVICE.get(code.name, "see the broker's log")
                broker, user = self._broker, self._settings.username
                raise BrokerRefused(
                    f"{broker} refused the subscription to {pattern!r} for user {user!r}: "
                    f"{code.name} ({code.value}); {advice}"
                )
            if code == mqtt5.SubAckReasonCode.GRANTED_QOS_AT_MOST_ONCE:
                logger.warning("%r was granted at QoS 0 only: a lost link loses readings", pattern)

    async def _unsubscribe(self, link: Link, topics: Sequence[str]) -> frozenset[str]:
        """Let go of filters, and return those that the broker keeps all the same."""
        unsubscribe = mqtt5.UnsubscribePacket(UNSUBSCRIBE_ID, list(topics))
        answer = await link.ask(unsubscribe, mqtt5.UnsubAckPacket, ANSWER_S)
        codes = dict(zip(topics, answer.reason_codes, strict=True))
        kept = {pattern: code for pattern, code in codes.items() if int(code) >= FIRST_FAILURE}
        for pattern, code in kept.items():
            logger.warning("the broker keeps the subscription to %r: %s", pattern, code.name)
        ended = ", ".join(pattern for pattern in topics if pattern not in kept)
        if ended:
            logger.info("unsubscribed from %s", ended)
        return frozenset(kept)

    async def _remember(self, held: Iterable[str]) -> None:
        held = frozenset(held)
        if held != self._held:
            self._held = held
            if self._file:
                await asyncio.to_thread(self._file.save, self._settings.client_id, held)

"""Stays subscribed: connects, subscribes, hands out batches, and connects again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import mqtt5

from devices.mqtt.trouble import explain_failure
from devices.patience import Patience
from ingest.errors import BrokerError, BrokerRefused
from ingest.mqtt.advice import CONNECT_ADVICE
from ingest.mqtt.inbox import Inbox
from ingest.mqtt.link import Link
from ingest.mqtt.session_file import SessionFile
from ingest.mqtt.subscriptions import Subscriptions
from ingest.mqtt.tls import WORDS, make_context
from ingest.settings import BatchSettings
from ingest.settings_mqtt import MqttSettings
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

ANSWER_S = 10.0
STEADY_S = 10.0  # a link that held for less was no success, and is not tried again at once


class Subscriber:
    """The service's side of the subscription.

    The session at the broker is persistent: what is published while we are away, or was taken
    and not acknowledged, comes when we are back. Nothing that was taken is ever dropped on a
    reconnect, because the broker may have forgotten it meanwhile.

    Attributes:
        inbox: Where the publishes wait to be taken along.
    """

    def __init__(  # noqa: PLR0913 - time and chance are passed in
        self,
        settings: MqttSettings,
        batch: BatchSettings,
        vitals: Vitals,
        *,
        session_file: SessionFile | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        """Check the credentials.

        Raises:
            ConfigError: A certificate, key, password or session file cannot be used.
        """
        self.inbox = Inbox(batch)
        self._settings = settings
        self._vitals = vitals
        self._password = settings.read_password()
        self._tls = make_context(settings.tls)
        self._sleep = sleep
        self._patience = patience or Patience()
        self._subscriptions = Subscriptions(settings, session_file)
        self._subscribing = asyncio.Lock()
        self._link: Link | None = None
        self._taking = True

    async def run(self) -> None:
        """Keep the subscription up until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                link = await self._connect()
                connected_at = loop.time()
                error = await link.lost
                if error is None:
                    return
                if loop.time() - connected_at >= STEADY_S:
                    self._patience.reset()
            except BrokerError as refused:
                error = refused
            finally:
                self._vitals.connected = False
                self._vitals.subscribed_since = None
            delay_s = self._patience.next_s()
            self._vitals.broker_complaint = str(error)
            logger.warning("%s; trying again in %.1f s", error, delay_s)
            await self._sleep(delay_s)

    async def subscribe_to(self, topics: Sequence[str]) -> bool:
        """Change the subscription, at once if the broker is there.

        Args:
            topics: Filters; others are unsubscribed from.

        Returns:
            Whether the broker has confirmed it; else it comes about with the next connection.

        Raises:
            BrokerRefused: The broker does not grant it; the subscription is as it was.
        """
        async with self._subscribing:
            link = self._link
            if link is None or link.lost.done():
                self._subscriptions.wanted = topics
                return False
            try:
                await self._subscriptions.change(topics, link)
            except BrokerRefused:
                raise
            except BrokerError as error:
                link.abort(error)  # what the broker made of it is not known: begin anew
                return False
        logger.info("subscribed to %s at %s", ", ".join(topics), self._vitals.broker)
        return True

    def stop_taking(self) -> None:
        """Take nothing new from the broker; acknowledgements still go out."""
        self._taking = False
        if self._link:
            self._link.stop_reading()

    async def close(self) -> None:
        """End the connection in order; the broker keeps the session."""
        if self._link:
            await self._link.close()

    async def _connect(self) -> Link:
        link = await self._open()
        try:
            interval_s = await self._introduce(link)
            async with self._subscribing:
                await self._subscribe(link)
                self._link = link
        except BaseException:
            link.abort(BrokerError("not wanted any more"))
            raise
        link.keep_alive(interval_s)
        self._vitals.broker_complaint = ""
        self._vitals.subscribed_since = asyncio.get_running_loop().time()
        if not self._taking:
            link.stop_reading()
        return link

    async def _open(self) -> Link:
        host, port = self._settings.host, self._settings.port
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_S):
                _, link = await loop.create_connection(
                    lambda: Link(self._deliver), host, port, ssl=self._tls
                )
        except OSError as error:
            advice = explain_failure(error, WORDS, tls=self._tls is not None)
            raise BrokerError(f"cannot reach the broker at {host}:{port}: {advice}") from error
        return link

    async def _introduce(self, link: Link) -> float:
        """Send CONNECT and return the keep-alive that the broker wants."""
        settings = self._settings
        connect = mqtt5.ConnectPacket(
            settings.client_id,
            username=settings.username,
            password=self._password.encode() if self._password is not None else None,
            clean_start=False,
            keep_alive=settings.keep_alive_s,
            session_expiry_interval=settings.session_expiry_s,
            receive_max=settings.receive_maximum,
            max_packet_size=settings.max_packet_bytes,
        )
        answer = await link.ask(connect, mqtt5.ConnAckPacket, ANSWER_S)
        code = answer.reason_code
        if code != mqtt5.ConnAckReasonCode.SUCCESS:
            advice = CONNECT_ADVICE.get(code.name, "see the broker's log")
            who = f"user {settings.username!r}" if settings.username else "an anonymous user"
            raise BrokerRefused(
                f"{self._vitals.broker} refused {who}: {code.name} ({code.value}); {advice}"
            )
        self._vitals.connected = True
        self._vitals.connections += 1
        if not answer.session_present and self._vitals.connections > 1:
            logger.warning(
                "the broker has forgotten us, and what it had queued; check its persistence, "
                "and mqtt.session_expiry_s"
            )
        return float(answer.server_keep_alive or settings.keep_alive_s)

    async def _subscribe(self, link: Link) -> None:
        await self._subscriptions.settle(link)
        wanted = ", ".join(self._subscriptions.wanted)
        logger.info("subscribed to %s at %s", wanted, self._vitals.broker)

    def _deliver(self, link: Link, publishes: list[mqtt5.PublishPacket], size_bytes: int) -> None:
        ledger = self._vitals.ledger
        ledger.messages.received += len(publishes)
        ledger.messages.in_flight += len(publishes)
        ledger.redelivered += sum(publish.duplicate for publish in publishes)
        self.inbox.put(link, publishes, size_bytes)

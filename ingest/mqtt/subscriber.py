"""Stays subscribed: connects, subscribes, hands out batches, and connects again."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable

import mqtt5

from devices.mqtt.reason_codes import FIRST_FAILURE
from devices.patience import Patience
from ingest.errors import BrokerError, BrokerRefused
from ingest.mqtt.advice import CONNECT_ADVICE, SUBSCRIBE_ADVICE
from ingest.mqtt.inbox import Inbox
from ingest.mqtt.link import Link
from ingest.mqtt.tls import make_context
from ingest.settings import BatchSettings, MqttSettings
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

ANSWER_S = 10.0
STEADY_S = 10.0  # a link that held for less was no success, and is not tried again at once
SUBSCRIBE_ID = 1


class Subscriber:
    """The service's side of the subscription.

    The session at the broker is persistent: what is published while we are away, or was taken
    and not acknowledged, comes when we are back. Nothing that was taken is ever dropped on a
    reconnect, because the broker may have forgotten it meanwhile.

    Attributes:
        inbox: Where the publishes wait to be taken along.
    """

    def __init__(
        self,
        settings: MqttSettings,
        batch: BatchSettings,
        vitals: Vitals,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        """Check the credentials.

        Raises:
            ConfigError: A certificate, key or password file cannot be used.
        """
        self.inbox = Inbox(batch)
        self._settings = settings
        self._vitals = vitals
        self._password = settings.read_password()
        self._tls = make_context(settings.tls)
        self._sleep = sleep
        self._patience = patience or Patience()
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
            await self._subscribe(link)
        except BaseException:
            link.abort(BrokerError("not wanted any more"))
            raise
        self._link = link
        link.keep_alive(interval_s)
        self._vitals.broker_complaint = ""
        self._vitals.subscribed_since = asyncio.get_running_loop().time()
        logger.info("subscribed to %s at %s", ", ".join(self._settings.topics), self._vitals.broker)
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
        except ssl.SSLCertVerificationError as error:
            raise BrokerRefused(
                f"{host}:{port} is not who it should be: {error.verify_message}; check mqtt.host "
                "against the names in its certificate, and mqtt.tls.ca_file"
            ) from error
        except ssl.SSLError as error:
            raise BrokerRefused(
                f"no TLS with {host}:{port}: {error.reason}; is this its TLS port, and does it "
                "want a client certificate (mqtt.tls.cert_file)?"
            ) from error
        except TimeoutError as error:
            raise BrokerError(f"{host}:{port} does not answer; check mqtt.host") from error
        except OSError as error:
            raise BrokerError(
                f"cannot reach the broker at {host}:{port}: {error.strerror or error}; is it "
                "running? check mqtt.host and mqtt.port"
            ) from error
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
        # Retained messages are old state: asked for only when the subscription is new, so that
        # a device that retains its telemetry is noticed without a flood at every reconnect.
        filters = [
            mqtt5.TopicFilter(
                pattern,
                max_qos=mqtt5.QoS.AT_LEAST_ONCE,
                retain_as_published=False,
                retain_handling=mqtt5.RetainHandling.SEND_IF_SUBSCRIPTION_NOT_EXISTS,
            )
            for pattern in self._settings.topics
        ]
        subscribe = mqtt5.SubscribePacket(SUBSCRIBE_ID, filters)
        answer = await link.ask(subscribe, mqtt5.SubAckPacket, ANSWER_S)
        for pattern, code in zip(self._settings.topics, answer.reason_codes, strict=True):
            if int(code) >= FIRST_FAILURE:
                advice = SUBSCRIBE_ADVICE.get(code.name, "see the broker's log")
                raise BrokerRefused(
                    f"{self._vitals.broker} refused the subscription to {pattern!r} for user "
                    f"{self._settings.username!r}: {code.name} ({code.value}); {advice}"
                )
            if code == mqtt5.SubAckReasonCode.GRANTED_QOS_AT_MOST_ONCE:
                logger.warning("%r was granted at QoS 0 only: a lost link loses readings", pattern)

    def _deliver(self, link: Link, publishes: list[mqtt5.PublishPacket], size_bytes: int) -> None:
        ledger = self._vitals.ledger
        ledger.messages.received += len(publishes)
        ledger.messages.in_flight += len(publishes)
        ledger.redelivered += sum(publish.duplicate for publish in publishes)
        self.inbox.put(link, publishes, size_bytes)

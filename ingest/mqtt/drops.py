"""What the broker says it has dropped, where it says so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import mqtt5

from devices.patience import Patience
from ingest.errors import BrokerError
from ingest.mqtt.link import Link
from ingest.mqtt.tls import make_context
from ingest.settings_mqtt import MqttSettings
from ingest.throttle import Throttle
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

TOPIC = "$SYS/broker/publish/messages/dropped"  # mosquitto's and its relatives'
CLIENT_ID_SUFFIX = "-drops"
ANSWER_S = 10.0
LOOK_S = 1.0
MOST_WAIT_S = 600.0
SAY_EVERY_S = 600.0


class DropsWatch:
    """Listens to the broker's own count, on a connection of its own.

    Many brokers have no such count, or show it to nobody. So whatever they think of being asked,
    the connection that readings come over must not be touched by it; nothing is asked before
    that one is subscribed, and no answer is no complaint.

    Args:
        settings: Of the broker.
        vitals: Told the count.
        sleep: Waits.
        patience: Between attempts.
        throttle: Of the warning.
    """

    def __init__(
        self,
        settings: MqttSettings,
        vitals: Vitals,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        """Check the credentials.

        Raises:
            ConfigError: A certificate, key or password file cannot be used.
        """
        self._settings = settings
        self._vitals = vitals
        self._password = settings.read_password()
        self._tls = make_context(settings.tls)
        self._sleep = sleep
        self._patience = patience or Patience(first_s=10.0, most_s=MOST_WAIT_S)
        self._throttle = throttle or Throttle(SAY_EVERY_S)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            while self._vitals.subscribed_since is None:
                await self._sleep(LOOK_S)
            try:
                await self._listen()
            except (BrokerError, OSError, TimeoutError) as error:
                logger.debug("the broker tells nothing of what it drops: %s", error)
            await self._sleep(self._patience.next_s())

    async def _listen(self) -> None:
        loop, settings = asyncio.get_running_loop(), self._settings
        async with asyncio.timeout(ANSWER_S):
            _, link = await loop.create_connection(
                lambda: Link(self._hear), settings.host, settings.port, ssl=self._tls
            )
        try:
            await self._subscribe(link)
            await link.lost
        finally:
            link.abort(BrokerError("not wanted any more"))

    async def _subscribe(self, link: Link) -> None:
        settings = self._settings
        connect = mqtt5.ConnectPacket(
            settings.client_id + CLIENT_ID_SUFFIX,
            username=settings.username,
            password=self._password.encode() if self._password is not None else None,
            clean_start=True,
            keep_alive=settings.keep_alive_s,
        )
        answer = await link.ask(connect, mqtt5.ConnAckPacket, ANSWER_S)
        if answer.reason_code != mqtt5.ConnAckReasonCode.SUCCESS:
            raise BrokerError(answer.reason_code.name)
        topic = mqtt5.TopicFilter(TOPIC, max_qos=mqtt5.QoS.AT_MOST_ONCE)
        await link.ask(mqtt5.SubscribePacket(1, [topic]), mqtt5.SubAckPacket, ANSWER_S)
        link.keep_alive(float(answer.server_keep_alive or settings.keep_alive_s))
        self._patience.reset()

    def _hear(self, _link: Link, publishes: list[mqtt5.PublishPacket], _size_bytes: int) -> None:
        for publish in publishes:
            text = bytes(publish.payload or b"")
            if publish.topic == TOPIC and text.isdigit():
                self._note(int(text))

    def _note(self, dropped: int) -> None:
        before = self._vitals.dropped_by_broker or 0
        self._vitals.dropped_by_broker = dropped
        if dropped > before and self._throttle.admit() is not None:
            logger.warning(
                "the broker has dropped messages for want of room in a client's queue, ours or "
                "another's; raise max_queued_messages and max_queued_bytes (so mosquitto calls "
                "them), and keep clients from staying away for so long",
                extra={"dropped_since_it_started": dropped},
            )

"""Alerts over MQTT: `alert/{site}/{kind}/{device}/{rule}`, retained while firing."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence

import aiomqtt

from devices.gateways.confirming_client import ConfirmingClient
from devices.mqtt.reason_codes import FIRST_FAILURE
from devices.mqtt.trouble import explain_failure
from devices.patience import Patience
from ingest.alerts.forms import payload_of, topic_of
from ingest.core.filters import matches
from ingest.core.topics import TELEMETRY
from ingest.mqtt.tls import WORDS, make_context
from ingest.rules.alert import Alert, AlertState
from ingest.settings_mqtt import MqttSettings

logger = logging.getLogger(__name__)
_unheard = logging.getLogger(f"{__name__}.client")  # what it warns of is said by the complaint
_unheard.setLevel(logging.CRITICAL)

FILTER = "alert/#"
SWEEP_S = 1.0  # how long the broker may take to tell what it retains
CLEARED = b""
MOST_WAIT_S = 5.0


class MqttOutput:
    """Implements `Output`: the broker holds exactly what fires, whatever happened meanwhile.

    Who listens hears of the end as well: the resolved alert is published, not retained, before
    the retained one is cleared. On every connection it asks what the broker retains and puts that
    right, so alerts of an earlier run that fire no more do not stand there for ever. What other
    services may have to say it leaves alone, which is all that is outside of `mqtt.topics`.
    """

    def __init__(
        self,
        settings: MqttSettings,
        *,
        broker_is_up: Callable[[], bool] = lambda: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        """Prepare to connect.

        Args:
            settings: Of the broker.
            broker_is_up: Whether the service itself is connected; while it is not, it complains
                of the broker, and this output need not.
            sleep: Waits.
            patience: Between attempts.

        Raises:
            ConfigError: A certificate, key or password cannot be read.
        """
        self._complaint = ""
        self._broker_is_up = broker_is_up
        self._settings = settings
        self._password = settings.read_password()
        self._tls = make_context(settings.tls)
        self._sleep = sleep
        self._patience = patience or Patience(most_s=MOST_WAIT_S)
        self._wanted: dict[str, bytes] = {}
        self._farewells: dict[str, bytes] = {}
        self._changed: dict[str, None] = {}
        self._arrived = asyncio.Event()
        self._done = asyncio.Event()
        self._done.set()

    @property
    def complaint(self) -> str:
        """See `Output`."""
        return self._complaint if self._broker_is_up() else ""

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        """Note what the topics must hold."""
        if not transitions:
            for alert in firing:
                self._want(alert)
        for alert in transitions:
            self._want(alert)

    def _want(self, alert: Alert) -> None:
        topic = topic_of(alert)
        if alert.state is AlertState.FIRING:
            self._wanted[topic] = payload_of(alert)
            self._farewells.pop(topic, None)
        else:
            self._wanted.pop(topic, None)
            self._farewells[topic] = payload_of(alert)
        self._change(topic)

    def _change(self, topic: str) -> None:
        self._changed[topic] = None
        self._arrived.set()
        self._done.clear()

    async def run(self) -> None:
        """Keep the topics right until cancelled."""
        while True:
            try:
                await self._connected()
            except aiomqtt.MqttError as error:
                where = f"{self._settings.host}:{self._settings.port}"
                advice = explain_failure(error, WORDS, tls=self._tls is not None)
                self._complaint = f"alerts wait for the broker {where}: {advice}"
            await self._sleep(self._patience.next_s())

    async def finish(self) -> None:
        """Return when the broker has everything."""
        await self._done.wait()

    async def _connected(self) -> None:
        """Put the topics right over one connection until it breaks."""
        async with self._client() as client:
            await self._sweep(client)
            self._complaint = ""
            self._patience.reset()
            while True:
                await self._publish_changes(client)
                self._done.set()
                self._arrived.clear()
                await client.while_connected(self._arrived.wait())

    def _client(self) -> ConfirmingClient:
        settings = self._settings
        return ConfirmingClient(
            settings.host,
            settings.port,
            # Its beginning is the service's, for brokers that tie users to prefixes.
            identifier=f"{settings.client_id}-alerts-{secrets.token_hex(4)}",
            username=settings.username,
            password=self._password,
            protocol=aiomqtt.ProtocolVersion.V5,
            tls_context=self._tls,
            keepalive=settings.keep_alive_s,
            clean_start=True,
            logger=_unheard,
        )

    async def _sweep(self, client: ConfirmingClient) -> None:
        """Mark every topic whose retained payload is not the one it must have."""
        retained: dict[str, bytes] = {}
        await client.subscribe(FILTER, qos=0)
        try:
            async with asyncio.timeout(SWEEP_S):
                async for message in client.messages:
                    topic = str(message.topic)
                    if (
                        message.retain
                        and isinstance(message.payload, bytes)
                        and self._is_ours(topic)
                    ):
                        retained[topic] = message.payload
        except TimeoutError:
            pass  # all that is retained has come by now
        await client.unsubscribe(FILTER)
        for topic in retained.keys() | self._wanted.keys():
            if retained.get(topic, CLEARED) != self._wanted.get(topic, CLEARED):
                self._change(topic)

    def _is_ours(self, topic: str) -> bool:
        """Tell whether an alert's topic is about a device that this service hears."""
        about = "/".join((TELEMETRY, *topic.split("/")[1:4]))
        return any(matches(pattern, about) for pattern in self._settings.topics) and not any(
            matches(pattern, about) for pattern in self._settings.except_topics
        )

    async def _publish_changes(self, client: ConfirmingClient) -> None:
        while self._changed:
            topic = next(iter(self._changed))
            payload = self._wanted.get(topic, CLEARED)
            if farewell := self._farewells.get(topic):
                await client.send(topic, farewell)  # for those who listen; nothing is retained
                self._farewells.pop(topic, None)
            code = await client.send(topic, payload, retain=True)
            if code >= FIRST_FAILURE:
                self._complaint = f"the broker does not let alerts be published to {topic}"
            if self._wanted.get(topic, CLEARED) == payload:
                self._changed.pop(topic, None)

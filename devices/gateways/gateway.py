"""A simulated gateway: one connection to the broker, made again whenever it breaks."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import aiomqtt

from devices.encode import encode_status, status_topic
from devices.fleets.fleet import Gateway
from devices.gateways.broker import BrokerAddress, explain
from devices.gateways.confirming_client import ConfirmingClient, PublishRefused
from devices.gateways.publisher import IN_FLIGHT, Publisher
from devices.patience import Patience
from devices.simulator.progress import SimulatorProgress

KEEP_ALIVE_S = 30
FIRST_BACKOFF_S = 1.0
LONGEST_BACKOFF_S = 30.0
LAST_BACKOFF_S = 0.5
SUSPICIOUS_FAILURES = 3

State = Literal["online", "offline"]

# What paho would log is told in the figures, once and with what to check.
_unheard = logging.getLogger(f"{__name__}.paho")
_unheard.addHandler(logging.NullHandler())
_unheard.propagate = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplink:
    """How all gateways of a simulator connect.

    Attributes:
        address: The broker.
        progress: The figures to keep.
        now_ms: Wall clock, Unix milliseconds, for status messages.
        jitter: Draws the waits between attempts to connect.
        timeout_s: Longest the broker may take to answer before the connection is given up.
    """

    address: BrokerAddress
    progress: SimulatorProgress
    now_ms: Callable[[], int]
    jitter: random.Random
    timeout_s: float = 10.0


class GatewayConnection:
    """Keeps a gateway connected, and its publisher busy, while `run` runs.

    Its retained status says `online` once connected and `offline` when it leaves in order; when
    it is cut off the broker says so by the last will, with the time of the connection's begin.

    Attributes:
        tried: Whether the first attempt to connect is over, either way.
    """

    def __init__(self, gateway: Gateway, publisher: Publisher, uplink: Uplink) -> None:
        self._gateway = gateway
        self._publisher = publisher
        self._uplink = uplink
        self._progress = uplink.progress
        self._patience = Patience(
            first_s=FIRST_BACKOFF_S, most_s=LONGEST_BACKOFF_S, rng=uplink.jitter
        )
        self._finishing = asyncio.Event()
        self._connected: ConfirmingClient | None = None
        self._online_since_s: float | None = None
        self.tried = False

    @property
    def crowded(self) -> bool:
        """Whether it is connected to a broker that does not keep up with the devices."""
        return self._online_since_s is not None and self._publisher.crowded

    def cut(self) -> bool:
        """Break the connection as a fault of the network would; return whether there was one."""
        if self._connected is None:
            return False
        self._connected.cut()
        return True

    def finish(self) -> None:
        """Let `run` end as soon as the publisher has nothing left."""
        self._finishing.set()
        self._publisher.close()

    async def run(self) -> None:
        """Connect, publish, and connect again, until finished.

        It ends with an offline status if it is online. Cancelled, it has the broker publish the
        last will at once.
        """
        while not self._finishing.is_set() or self._publisher:
            try:
                await self._connection()
            except* aiomqtt.MqttError as problems:
                self.tried = True
                self._complain(_cause(problems))
            if self._went_offline_after_long():
                self._patience.reset()
            await self._back_off()

    async def _connection(self) -> None:
        """Hold one connection until it breaks, which raises `MqttError`, or all is finished."""
        async with self._client() as client:
            self._connected = client
            try:
                await client.while_connected(self._use(client))
            finally:
                self._connected = None

    async def _use(self, client: ConfirmingClient) -> None:
        await self._say(client, "online")
        self._came_online()
        await self._publisher.publish_over(client)
        await self._say(client, "offline")

    def _client(self) -> ConfirmingClient:
        address = self._uplink.address
        login = address.login(self._client_id)
        # Made anew for every connection: what the last one did not deliver is with the publisher,
        # so the client must not send it again by itself.
        client = ConfirmingClient(
            address.host,
            address.port,
            username=login.username,
            password=login.password,
            tls_context=address.tls,
            protocol=aiomqtt.ProtocolVersion.V5,
            identifier=self._client_id,
            will=aiomqtt.Will(self._topic, self._status("offline"), qos=1, retain=True),
            clean_start=True,
            keepalive=KEEP_ALIVE_S,
            timeout=self._uplink.timeout_s,
            logger=_unheard,
            max_inflight_messages=IN_FLIGHT,
        )
        client.pending_calls_threshold = IN_FLIGHT
        return client

    @property
    def _client_id(self) -> str:
        # No topic level has a dot, so no two gateways have one id.
        return f"{self._gateway.site}.{self._gateway.name}"

    @property
    def _topic(self) -> str:
        return status_topic(self._gateway.site, self._gateway.name)

    def _status(self, state: State) -> bytes:
        return encode_status(state, self._uplink.now_ms())

    async def _say(self, client: ConfirmingClient, state: State) -> None:
        try:
            await client.publish(self._topic, self._status(state), qos=1, retain=True)
        except PublishRefused as refusal:
            self._progress.refusal = f"{self._topic}: {refusal}"

    def _came_online(self) -> None:
        self.tried = True
        self._online_since_s = asyncio.get_running_loop().time()
        self._progress.connections += 1
        self._progress.gateways_online += 1
        if self._progress.gateways_online == self._progress.gateways:
            self._progress.complaint = ""

    def _complain(self, problem: aiomqtt.MqttError) -> None:
        self._progress.complaint = explain(problem, self._uplink.address, self._client_id)
        if self._patience.failures >= SUSPICIOUS_FAILURES and self._online_since_s is not None:
            # mosquitto 2.0 just closes the connection of a client whose id another one takes.
            self._progress.complaint += "; does another simulator play the same fleet there?"

    def _went_offline_after_long(self) -> bool:
        since_s, self._online_since_s = self._online_since_s, None
        if since_s is None:
            return False
        self._progress.gateways_online -= 1
        return asyncio.get_running_loop().time() - since_s > LONGEST_BACKOFF_S

    async def _back_off(self) -> None:
        wait_s = self._patience.next_s()
        if not self._finishing.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._finishing.wait()
        elif self._publisher:
            await asyncio.sleep(min(wait_s, LAST_BACKOFF_S))


def _cause(problem: BaseException) -> aiomqtt.MqttError:
    """Return the error that tells most, of those in a group and behind them."""
    errors = list(_unfolded(problem))
    return next((e for e in errors if isinstance(e, aiomqtt.MqttCodeError)), errors[0])


def _unfolded(problem: BaseException) -> Iterator[aiomqtt.MqttError]:
    if isinstance(problem, BaseExceptionGroup):
        for inner in problem.exceptions:
            yield from _unfolded(inner)
    elif isinstance(problem, aiomqtt.MqttError):
        yield problem
        if problem.__cause__:
            yield from _unfolded(problem.__cause__)

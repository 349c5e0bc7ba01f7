"""An aiomqtt client that tells refusal from success, and a breakdown from a leave-taking.

aiomqtt 2 takes any PUBACK for a success, but under MQTT 5 a broker acknowledges what it will not
forward (an access list forbids the topic, a quota is used up) with a reason code of 0x80 or more.
It leaves with a plain DISCONNECT even when an error drives it out, which makes the broker forget
the last will; it leaves the socket open when a broker does not answer; and a connection that is
lost while nothing is received is noticed only by a timeout, or not at all. What ends a connection
before the broker has answered (TLS, more often than not) it keeps to itself.
"""

import asyncio
import socket
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self, TypeVar

import aiomqtt
from paho.mqtt.client import Client, DisconnectFlags
from paho.mqtt.enums import LogLevel
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from devices.tls import NO_ANSWER

T = TypeVar("T")


class PublishRefused(Exception):
    """The broker acknowledged a message and said that it will not forward it.

    Attributes:
        code: Reason code of the PUBACK, 0x80 or more.
    """

    def __init__(self, reason: ReasonCode) -> None:
        super().__init__(str(reason))
        self.code = int(reason.value)


class ConfirmingClient(aiomqtt.Client):
    """Like its base, but `publish` raises `PublishRefused` where the broker refuses at QoS 1.

    Left by an error or a cancellation, it lets the broker publish the last will. It hooks into
    private parts of aiomqtt, which stayed the same over the releases 2.x; tests with a real broker
    show whether they still are.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - handed through
        super().__init__(*args, **kwargs)
        self._refusals: dict[int, ReasonCode] = {}
        self._answer = 0
        self._entering = False
        self._heard = NO_ANSWER

    async def __aenter__(self) -> Self:
        self._entering = True
        self._client.on_log = self._overhear
        try:
            return await super().__aenter__()
        except BaseException:
            self._entering = False
            # The base gives up waiting for an answer but keeps the socket open.
            self._client.disconnect()
            raise
        finally:
            self._entering = False
            self._client.on_log = None

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        if exc is not None and not self._disconnected.done():
            with_will = ReasonCode(PacketTypes.DISCONNECT, "Disconnect with will message")
            self._client.disconnect(with_will)
        try:
            await super().__aexit__(exc_type, exc, tb)
        except aiomqtt.MqttError:
            if exc is None:  # else it would hide why we leave, a cancellation above all
                raise

    async def send(self, topic: str, payload: bytes, *, retain: bool = False) -> int:
        """Publish one message at QoS 1, and no other meanwhile; return the PUBACK's reason code.

        Raises:
            aiomqtt.MqttError: The connection is gone, which is noticed at once.
        """
        with suppress(PublishRefused):
            await self.while_connected(self.publish(topic, payload, qos=1, retain=retain))
        return self._answer

    async def while_connected(self, work: Coroutine[None, None, T]) -> T:
        """Return what `work` returns, unless the connection ends first, which cancels it.

        Raises:
            aiomqtt.MqttError: The connection is gone, which is noticed at once.
        """
        gone, working = self._disconnected, asyncio.create_task(work)
        either: set[asyncio.Future[Any]] = {gone, working}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not working.done():
                working.cancel()
                await asyncio.wait({working})
        if gone.done() and (working.cancelled() or working.exception()):
            raise aiomqtt.MqttError("the connection is gone") from gone.exception()
        return working.result()

    def cut(self) -> None:
        """Break the connection as a fault of the network would: without a word."""
        sock = self._client.socket()
        if isinstance(sock, socket.socket):
            sock.shutdown(socket.SHUT_RDWR)

    def _overhear(self, _client: Client, _userdata: object, level: int, text: str) -> None:
        """Note what the socket said, which paho tells to nobody but its log."""
        if level == LogLevel.MQTT_LOG_ERR:
            self._heard = text

    def _on_disconnect(
        self,
        client: Client,
        userdata: object,
        flags: DisconnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        if self._entering and not self._connected.done():
            self._connected.set_exception(aiomqtt.MqttError(self._heard))
        if not self._connected.cancelled():  # the base takes for granted that nobody gave up
            super()._on_disconnect(client, userdata, flags, reason_code, properties)

    def _on_socket_register_write(
        self, _client: Client, _userdata: object, sock: socket.socket | None
    ) -> None:
        # The base asks for the socket's number now and uses it later, when it may be closed; and
        # paho, which connects in another thread, may have given it up just before it tells us.
        def register() -> None:
            if sock is None or sock.fileno() < 0:
                return
            try:
                self._loop.add_writer(sock.fileno(), self._write)
            except RuntimeError:  # uvloop is still closing what watched an earlier socket
                self._loop.call_soon(register)

        self._loop.call_soon_threadsafe(register)

    def _write(self) -> None:
        try:
            self._client.loop_write()
        except OSError as error:
            if not self._disconnected.done():
                self._disconnected.set_exception(error)

    def _on_publish(
        self,
        client: Client,
        userdata: object,
        mid: int,
        reason_code: ReasonCode,
        properties: Properties,
    ) -> None:
        self._answer = reason_code.value
        if reason_code.is_failure:
            self._refusals[mid] = reason_code
        super()._on_publish(client, userdata, mid, reason_code, properties)

    @contextmanager
    def _pending_call(self, mid: int, value: T, pending_dict: dict[int, T]) -> Iterator[None]:
        with super()._pending_call(mid, value, pending_dict):
            yield
        if refusal := self._refusals.pop(mid, None):
            raise PublishRefused(refusal)

"""One connection to the broker, from the socket's bytes to packets and back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

import mqtt5

from devices.mqtt.packets import MalformedStream, PacketReader
from devices.mqtt.trouble import explain_failure
from devices.tls import NO_ANSWER
from ingest.errors import BrokerError
from ingest.mqtt.advice import HANG_UP_ADVICE
from ingest.mqtt.packets import pubacks
from ingest.mqtt.tls import WORDS

WORTH_READING_BYTES = 32 * 1024
GATHER_S = 0.002

CLOSED = (
    "closed by the broker without a word; did it restart, or has another client connected with our "
    "mqtt.client_id? its log tells"
)
GOODBYE_S = 2.0

ANSWERS = (
    mqtt5.ConnAckPacket,
    mqtt5.SubAckPacket,
    mqtt5.UnsubAckPacket,
    mqtt5.PingRespPacket,
)
Answer = TypeVar(
    "Answer",
    mqtt5.ConnAckPacket,
    mqtt5.SubAckPacket,
    mqtt5.UnsubAckPacket,
    mqtt5.PingRespPacket,
)
Deliver = Callable[["Link", list[mqtt5.PublishPacket], int], None]


class Link(asyncio.Protocol):
    """A connection, from TCP's to its loss.

    Args:
        deliver: Takes the publishes that came, and how many bytes they were.

    Attributes:
        lost: Done when the connection is over: with the error that says why, or with None when
            it was `close` that ended it.
    """

    def __init__(self, deliver: "Deliver") -> None:
        loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[BrokerError | None] = loop.create_future()
        self._loop = loop
        self._deliver = deliver
        self._reader = PacketReader()
        self._undelivered_bytes = 0
        self._answer: asyncio.Future[mqtt5.Packet] | None = None
        self._pinging = False  # else an answer to a sign of life is nobody's
        self._transport: asyncio.Transport | None = None
        self._reason: BrokerError | None = None
        self._closing = False
        self._paused = False
        self._gathering = False
        self._stopped = False
        self._heard_at = loop.time()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type

    def data_received(self, data: bytes) -> None:
        """Deliver the publishes in the data all at once, and see to the other packets."""
        if self._closing:
            return
        self._heard_at = self._loop.time()
        publishes: list[mqtt5.PublishPacket] = []
        try:
            for packet in self._reader.feed(data):
                if type(packet) is mqtt5.PublishPacket:
                    publishes.append(packet)
                else:
                    self._handle(packet)
        except MalformedStream as error:
            self.abort(BrokerError(f"{error}; does the broker speak MQTT 5?"))
        self._undelivered_bytes += len(data)
        if publishes:
            self._deliver(self, publishes, self._undelivered_bytes)
            self._undelivered_bytes = 0
            if len(data) < WORTH_READING_BYTES:
                self._gather()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell everyone who waits."""
        tls = self._transport is not None and self._transport.get_extra_info("sslcontext")
        self._transport = None
        reason = self._reason or BrokerError(f"connection lost: {exc or CLOSED}")
        if self._answer and not self._answer.done():
            advice = explain_failure(exc or NO_ANSWER, WORDS, tls=bool(tls))
            reason = self._reason or BrokerError(f"no connection to the broker: {advice}")
            self._answer.set_exception(reason)
        if not self.lost.done():
            self.lost.set_result(None if self._closing else reason)

    def _handle(self, packet: mqtt5.Packet) -> None:
        if isinstance(packet, ANSWERS):
            stray = isinstance(packet, mqtt5.PingRespPacket) and not self._pinging
            if self._answer and not self._answer.done() and not stray:
                self._answer.set_result(packet)
        elif isinstance(packet, mqtt5.DisconnectPacket):
            reason = packet.reason_code
            advice = packet.reason_str or HANG_UP_ADVICE.get(reason.name, "see the broker's log")
            self.abort(BrokerError(f"the broker hung up: {reason.name} ({reason.value}); {advice}"))

    # What the subscriber calls

    async def ask(self, packet: mqtt5.Packet, answer: type[Answer], timeout_s: float) -> Answer:
        """Send something that the broker answers, and return the answer.

        Raises:
            BrokerError: The connection ended, or no answer came in time, or another one did.
        """
        self._answer = self._loop.create_future()
        self._pinging = answer is mqtt5.PingRespPacket
        self._send(packet.write())
        try:
            async with asyncio.timeout(timeout_s):
                received = await self._answer
        except TimeoutError:
            raise BrokerError(f"the broker did not answer within {timeout_s:g} s") from None
        if not isinstance(received, answer):
            raise BrokerError(f"the broker answered with {type(received).__name__}")
        return received

    def acknowledge(self, messages: Sequence[mqtt5.PublishPacket]) -> None:
        """Send PUBACKs in order, for those that want one; nothing if the connection is over."""
        packet_ids = [message.packet_id for message in messages]
        self._send(pubacks([packet_id for packet_id in packet_ids if packet_id is not None]))

    def keep_alive(self, interval_s: float) -> None:
        """From now on, show the broker a sign of life and expect one, every so often.

        Args:
            interval_s: The keep-alive agreed with the broker.
        """
        silence_s = self._loop.time() - self._heard_at
        if silence_s > 1.5 * interval_s and not self._paused:
            self.abort(BrokerError(f"no sign of life from the broker for {silence_s:.0f} s"))
        if self._transport:
            self._send(mqtt5.PingReqPacket().write())
            self._loop.call_later(interval_s / 2, self.keep_alive, interval_s)

    def pause_reading(self) -> None:
        """Let the socket's buffer fill, so that the broker feels it."""
        self._paused = True
        self._switch_reading()

    def stop_reading(self) -> None:
        """Read no more, even when there is room again."""
        self.pause_reading()
        self._stopped = True

    def resume_reading(self) -> None:
        """Read again."""
        if self._paused and not self._stopped:
            self._paused = False
            self._heard_at = self._loop.time()
            self._switch_reading()

    def _gather(self) -> None:
        """Read nothing for a moment, so that the next read brings more.

        A busy broker writes packet by packet, and a read costs as much as decoding several.
        """
        self._gathering = True
        self._switch_reading()
        self._loop.call_later(GATHER_S, self._gathered)

    def _gathered(self) -> None:
        self._gathering = False
        self._switch_reading()

    def _switch_reading(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        wanted = self._closing or not (self._paused or self._gathering)
        if wanted and not self._transport.is_reading():
            self._transport.resume_reading()
        elif not wanted and self._transport.is_reading():
            self._transport.pause_reading()

    def abort(self, reason: BrokerError) -> None:
        """Cut the connection because of `reason`, without a word to the broker."""
        self._reason = self._reason or reason
        if self._transport:
            self._transport.abort()

    async def close(self, *, session_expiry_s: int | None = None) -> None:
        """Say goodbye after the acknowledgements, and wait a moment for the broker to hang up.

        What it still sends is read and thrown away: it comes again. To close with bytes unread
        would reset the connection, and a reset overtakes the acknowledgements on their way.
        """
        self._closing = True
        if self._transport:
            goodbye = mqtt5.DisconnectPacket(session_expiry_interval=session_expiry_s)
            self._send(goodbye.write())
            self._switch_reading()
            await asyncio.wait([self.lost], timeout=GOODBYE_S)
        if self._transport:
            self._transport.abort()
            await self.lost

    def _send(self, data: bytes) -> None:
        if self._transport and data:
            self._transport.write(data)

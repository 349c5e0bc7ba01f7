"""Publishes numbered messages, and knows what the broker has promised to deliver."""

import asyncio
import heapq
import time
from array import array
from collections import deque
from contextlib import suppress
from typing import cast

import mqtt5

from devices.mqtt.packets import PacketReader
from tests.torture.readings import Readings

IN_FLIGHT = 2_000
PACE_S = 0.005
AGAIN_S = 0.1
ANSWER_S = 5.0
NOT_YET = -1.0


class Publisher:
    """Publishes at QoS 1 by the clock, and again whatever a lost connection leaves open.

    A message counts as promised when its PUBACK says success; one that nobody subscribes to is
    acknowledged as well, with a reason that says so, and is published again.

    Attributes:
        sent: Messages with lower numbers have been sent at least once.
        promised_at: By number, the monotonic seconds at which the promise came, or `NOT_YET`.
    """

    def __init__(self, readings: Readings, host: str, port: int, rate_per_s: float) -> None:
        self.sent = 0
        self.promised_at = array("d")
        self.promised = 0
        self._readings = readings
        self._address = host, port
        self._rate_per_s = rate_per_s
        self._again: list[int] = []
        self._stopping = False

    @property
    def open(self) -> int:
        """How many messages have been sent and not been promised."""
        return self.sent - self.promised

    def stop(self) -> None:
        """Send nothing new; what is open is still sent again."""
        self._stopping = True

    async def run(self) -> None:
        """Publish until cancelled."""
        self._started_at = time.monotonic()
        loop = asyncio.get_running_loop()
        while True:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(ANSWER_S):
                    _, link = await loop.create_connection(lambda: _Link(self), *self._address)
                    await link.accepted
                await self._publish(link)
            await asyncio.sleep(AGAIN_S)

    def publish_one(self) -> int:
        """Send one more message, whatever the clock says, and return its number."""
        number = self._new()
        heapq.heappush(self._again, number)
        return number

    async def _publish(self, link: "_Link") -> None:
        while not link.lost.done():
            numbers: list[int] = []
            while self._again and len(numbers) < link.room:
                numbers.append(heapq.heappop(self._again))
            due = 0 if self._stopping else self._due() - self.sent
            numbers += [self._new() for _ in range(min(due, link.room - len(numbers)))]
            link.send([(n, self._readings.topic(n), self._readings.payload(n)) for n in numbers])
            await asyncio.wait([link.lost], timeout=PACE_S)

    def _due(self) -> int:
        return round((time.monotonic() - self._started_at) * self._rate_per_s)

    def _new(self) -> int:
        self.promised_at.append(NOT_YET)
        self.sent += 1
        return self.sent - 1

    def promise(self, number: int) -> None:
        """Note that the broker has promised a message."""
        if self.promised_at[number] == NOT_YET:
            self.promised_at[number] = time.monotonic()
            self.promised += 1

    def again(self, number: int) -> None:
        """Note that a message has to be sent again."""
        heapq.heappush(self._again, number)


class _Link(asyncio.Protocol):
    """One connection to the broker, as long as it lasts."""

    def __init__(self, publisher: Publisher) -> None:
        loop = asyncio.get_running_loop()
        self.accepted: asyncio.Future[None] = loop.create_future()
        self.lost: asyncio.Future[None] = loop.create_future()
        self._publisher = publisher
        self._reader = PacketReader()
        self._free = deque(range(1, IN_FLIGHT + 1))
        self._in_flight: dict[int, int] = {}

    @property
    def room(self) -> int:
        """How many messages may be sent now."""
        return len(self._free)

    def send(self, messages: list[tuple[int, str, bytes]]) -> None:
        """Send messages, at most `room`: number, topic and payload of each."""
        packets = []
        for number, topic, payload in messages:
            packet_id = self._free.popleft()
            self._in_flight[packet_id] = number
            packet = mqtt5.PublishPacket(
                topic, payload, qos=mqtt5.QoS.AT_LEAST_ONCE, packet_id=packet_id
            )
            packets.append(packet.write())
        self._transport.write(b"".join(packets))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        connect = mqtt5.ConnectPacket("torture-publisher", clean_start=True, keep_alive=600)
        self._transport.write(connect.write())

    def data_received(self, data: bytes) -> None:
        for packet in self._reader.feed(data):
            if isinstance(packet, mqtt5.PubAckPacket):
                number = self._in_flight.pop(packet.packet_id)
                self._free.append(packet.packet_id)
                if packet.reason_code == mqtt5.PubAckReasonCode.SUCCESS:
                    self._publisher.promise(number)
                else:
                    self._publisher.again(number)
            elif isinstance(packet, mqtt5.ConnAckPacket) and not self.accepted.done():
                self.accepted.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        for number in self._in_flight.values():
            self._publisher.again(number)
        self._in_flight.clear()
        if not self.accepted.done():
            self.accepted.set_exception(ConnectionResetError("the broker hung up"))
        if not self.lost.done():
            self.lost.set_result(None)

"""One connection of a load: publishes what it is given, as fast as the broker allows and no faster.

A connection that breaks is opened again, and what was not acknowledged is sent again over the new
one; so is it in the field, and the service must cope.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal, cast

import mqtt5
import msgspec

from devices.gateways.broker import Login
from devices.load.meter import Meter
from devices.load.workload import LoadMessage
from devices.mqtt.packets import MalformedStream, PacketReader
from devices.mqtt.reason_codes import FIRST_FAILURE
from devices.tls import NO_ANSWER

PACKET_IDS = 65_535
MOST_IN_FLIGHT = 20_000  # far below the number of packet ids, so that none is taken twice
KEEP_ALIVE_S = 60
RETAINED_S = 3_600  # then the broker forgets what a load had it keep

QOS = {0: mqtt5.QoS.AT_MOST_ONCE, 1: mqtt5.QoS.AT_LEAST_ONCE}


class Item(msgspec.Struct, gc=False):
    """A message as a connection sends it.

    Attributes:
        number: Which of the publisher's messages.
        packet_id: 0 at QoS 0.
        readings: How many it holds.
        packet: For the wire.
    """

    number: int
    packet_id: int
    readings: int
    packet: bytes


class Connection(asyncio.Protocol):
    """A client that can be connected again and again.

    Args:
        client_id: Its name at the broker.
        login: Who it is.
        qos: Of all it publishes.
        meter: Is told what happens.
        now_s: The clock that the meter goes by.

    Attributes:
        due: Messages to be sent, in the order of encoding; `pump` sends them.
        online: Set while the broker has accepted the connection.
        lost: Set while there is no connection.
        refusal: What the broker answered when it last turned us away; empty if it never did.
        trouble: What the connection ended with, if that was not its refusal.
    """

    def __init__(
        self,
        client_id: str,
        login: Login,
        qos: Literal[0, 1],
        *,
        meter: Meter,
        now_s: Callable[[], float],
    ) -> None:
        self.client_id = client_id
        self._login = login
        self._qos = qos
        self._meter = meter
        self._now_s = now_s
        self.due: deque[Item] = deque()
        self._in_flight: dict[int, Item] = {}
        self._packet_id = 0
        self._again = 0  # of those that are due, how many at the front were sent before
        self._reader = PacketReader()
        self._transport: asyncio.Transport | None = None
        self._paused = False
        self._window = 0
        self._begun_s = 0.0
        self._connected_before = False
        self.online = asyncio.Event()
        self.lost = asyncio.Event()
        self.lost.set()
        self.refusal = ""
        self.trouble = ""

    @property
    def waiting(self) -> int:
        """Messages that are due and not yet settled."""
        return len(self.due) + len(self._in_flight)

    def item(self, number: int, message: LoadMessage) -> Item:
        """Encode a message, to become due in the order of encoding.

        Args:
            number: What the meter knows it by.
            message: What is sent.
        """
        packet_id = None
        if self._qos:
            self._packet_id = packet_id = self._packet_id % PACKET_IDS + 1
        topic, payload, qos = message.topic, message.payload, QOS[self._qos]
        if message.retain:
            packet = mqtt5.PublishPacket(
                topic,
                payload,
                qos=qos,
                packet_id=packet_id,
                retain=True,
                message_expiry_interval=RETAINED_S,
            )
        else:
            packet = mqtt5.PublishPacket(topic, payload, qos=qos, packet_id=packet_id)
        return Item(number, packet_id or 0, message.readings, packet.write())

    def pump(self) -> None:
        """Send what is due, as far as the broker and the socket allow."""
        if not (self.due and self._window) or self._paused or self._transport is None:
            return
        room = min(len(self.due), self._window - len(self._in_flight))
        if room <= 0:
            return
        items = [self.due.popleft() for _ in range(room)]
        now_s = self._now_s()
        self._transport.write(b"".join([item.packet for item in items]))
        numbers = [item.number for item in items]
        if self._again:
            again, numbers = numbers[: self._again], numbers[self._again :]
            self._again -= len(again)
            self._meter.note_resent(again)
        if numbers:
            self._meter.note_sent(now_s, numbers)
        if self._qos:
            self._in_flight.update((item.packet_id, item) for item in items)
        else:
            self._meter.note_settled(now_s, numbers, sum(item.readings for item in items))

    def say_goodbye(self) -> None:
        """End the connection in order."""
        if self._transport is not None:
            self._transport.write(mqtt5.DisconnectPacket().write())
            self._transport.close()

    def cut(self) -> None:
        """End the connection as a power cut would."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Introduce ourselves."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its type
        self._reader = PacketReader()
        self._begun_s = self._now_s()
        self._paused = False
        self.lost.clear()
        password = self._login.password
        connect = mqtt5.ConnectPacket(
            self.client_id,
            username=self._login.username,
            password=None if password is None else password.encode(),
            clean_start=True,
            keep_alive=KEEP_ALIVE_S,
        )
        self._transport.write(connect.write())

    def data_received(self, data: bytes) -> None:
        """Settle what the broker acknowledges, and send as much again."""
        acknowledged: list[Item] = []
        try:
            for packet in self._reader.feed(data):
                if isinstance(packet, mqtt5.PubAckPacket):
                    item = self._in_flight.pop(packet.packet_id, None)
                    if item is None:
                        self._meter.reasons["PUBACK for nothing"] += 1
                    elif packet.reason_code.value >= FIRST_FAILURE:
                        self._meter.note_refused(item.number, packet.reason_code.name)
                    else:
                        acknowledged.append(item)
                        if packet.reason_code.value:
                            self._meter.reasons[packet.reason_code.name] += 1
                else:
                    self._handle(packet)
        except MalformedStream:
            self._meter.reasons["the broker does not speak MQTT 5"] += 1
            self.cut()
        if acknowledged:
            readings = sum([item.readings for item in acknowledged])
            numbers = [item.number for item in acknowledged]
            self._meter.note_settled(self._now_s(), numbers, readings)
        self.pump()

    def pause_writing(self) -> None:
        """Wait until the socket takes more."""
        self._paused = True

    def resume_writing(self) -> None:
        """Go on."""
        self._paused = False
        self.pump()

    def connection_lost(self, exc: Exception | None) -> None:
        """Keep what was not acknowledged, to be sent again first."""
        if exc is not None:
            self._meter.reasons[f"connection lost: {exc}"] += 1
        self.trouble = str(exc or NO_ANSWER)
        self._transport = None
        self._window = 0
        self._again += len(self._in_flight)
        self.due.extendleft(reversed(self._in_flight.values()))
        self._in_flight.clear()
        self.online.clear()
        self.lost.set()

    def _handle(self, packet: mqtt5.Packet) -> None:
        if isinstance(packet, mqtt5.ConnAckPacket):
            self._greeted(packet)
        elif isinstance(packet, mqtt5.DisconnectPacket):
            self._meter.reasons[f"hung up: {packet.reason_code.name}"] += 1

    def _greeted(self, answer: mqtt5.ConnAckPacket) -> None:
        if answer.reason_code.value >= FIRST_FAILURE:
            self.refusal = answer.reason_code.name
            self._meter.reasons[f"connection refused: {self.refusal}"] += 1
            self.cut()
            return
        self._meter.note_connected(self._now_s() - self._begun_s, again=self._connected_before)
        self._connected_before = True
        self._window = min(answer.receive_max, MOST_IN_FLIGHT)
        if not self._qos:
            self._window = MOST_IN_FLIGHT
        self.online.set()
        self._ping(self._transport)

    def _ping(self, transport: asyncio.Transport | None) -> None:
        """Show a sign of life for as long as this very connection lasts."""
        if transport is not None and transport is self._transport:
            transport.write(mqtt5.PingReqPacket().write())
            loop = asyncio.get_running_loop()
            loop.call_later(KEEP_ALIVE_S / 2, self._ping, transport)

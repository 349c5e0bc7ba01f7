"""Listens between broker and service: what was handed over, and what was acknowledged."""

from collections import defaultdict, deque

import mqtt5

from devices.mqtt.packets import MalformedStream, PacketReader
from tests.torture.readings import Readings

TELEMETRY = "telemetry/"


class Tap:
    """Knows by number which messages the service has acknowledged, whoever heard it.

    Attributes:
        acknowledged: One byte a message, 1 where the service has acknowledged it.
        shared_ids: Publishes whose packet id was that of another one in flight.
        unreadable: Connections that could not be followed to their end.
    """

    def __init__(self, readings: Readings) -> None:
        self.acknowledged = bytearray()
        self.shared_ids = 0
        self.unreadable = 0
        self._readings = readings
        self._open: list[Wire] = []

    @property
    def waiting(self) -> int:
        """Messages that were handed over on connections of now, and not acknowledged."""
        return sum(wire.handed_over - wire.acknowledged for wire in self._open)

    def wire(self) -> "Wire":
        """Listen to one more connection."""
        self._open.append(Wire(self))
        return self._open[-1]

    def hang_up(self, wire: "Wire") -> None:
        """Forget a connection that is over."""
        self._open.remove(wire)

    def number_of(self, publish: mqtt5.PublishPacket) -> int | None:
        """Return the number of a message, or None if it is none of ours."""
        if not publish.topic.startswith(TELEMETRY):
            return None
        return self._readings.number_of(publish.topic, publish.payload or b"")

    def note_acknowledged(self, number: int) -> None:
        """Note that the service has taken a message upon itself."""
        if number >= len(self.acknowledged):
            self.acknowledged.extend(bytes(2 * number + 1_024 - len(self.acknowledged)))
        self.acknowledged[number] = 1

    def has(self, number: int) -> bool:
        """Tell whether the service has acknowledged a message."""
        return number < len(self.acknowledged) and bool(self.acknowledged[number])


class Wire:
    """One connection; told of all bytes in both directions as they pass.

    Attributes:
        handed_over: Messages that the service was given,
        acknowledged: and those of them that it has acknowledged.
    """

    def __init__(self, tap: Tap) -> None:
        self.handed_over = 0
        self.acknowledged = 0
        # With tens of thousands queued, mosquitto gives one packet id to several in flight.
        self._waiting: defaultdict[int, deque[int]] = defaultdict(deque)
        self._tap = tap
        self._from_broker: PacketReader | None = PacketReader()
        self._from_service: PacketReader | None = PacketReader()

    def answer(self, data: bytes) -> None:
        """Take bytes from the broker."""
        if self._from_broker is None:
            return
        try:
            for packet in self._from_broker.feed(data):
                if isinstance(packet, mqtt5.PublishPacket) and packet.packet_id:
                    self._handed_over(packet, packet.packet_id)
        except MalformedStream:
            self._tap.unreadable += 1
            self._from_broker = None

    def ask(self, data: bytes) -> None:
        """Take bytes from the service."""
        if self._from_service is None:
            return
        try:
            for packet in self._from_service.feed(data):
                if isinstance(packet, mqtt5.PubAckPacket) and self._waiting[packet.packet_id]:
                    self.acknowledged += 1
                    self._tap.note_acknowledged(self._waiting[packet.packet_id].popleft())
        except MalformedStream:
            self._tap.unreadable += 1
            self._from_service = None

    def close(self) -> None:
        """Take note that the connection is over."""
        self._tap.hang_up(self)

    def _handed_over(self, publish: mqtt5.PublishPacket, packet_id: int) -> None:
        number = self._tap.number_of(publish)
        if number is not None:
            self.handed_over += 1
            if self._waiting[packet_id]:
                self._tap.shared_ids += 1
            self._waiting[packet_id].append(number)

"""A batch of messages to frames, one a kind, and dead letters for what is not a reading."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from operator import itemgetter
from typing import Protocol

import msgspec

from devices.schema import Kind
from ingest.core.frame import Frame
from ingest.core.intake import Intake, PlacedFault
from ingest.core.payload import Fault, PayloadLimits, element_payloads
from ingest.core.plausibility import TimeWindow
from ingest.core.rejection import DeadLetter, Reason
from ingest.core.sources import MOST_DEVICES, SourceRegistry, UnknownSource

NOT_DECODED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
MOST_ELEMENTS = 5_000  # of arrays and wrong payloads in a batch, give or take an array; fits caches


class Message(Protocol):
    """What is looked at of an MQTT publish."""

    @property
    def topic(self) -> str:
        """As received."""

    @property
    def payload(self) -> bytes:
        """As received."""

    @property
    def retain(self) -> bool:
        """Whether it is old state that the broker kept."""


@dataclass(slots=True, kw_only=True)
class Decoded:
    """What a batch of messages held; every message and every reading is in here once.

    Attributes:
        messages: How many messages were decoded, from the first on.
        frames: The good readings, a frame for each kind that was heard.
        dead_letters: The bad ones.
        skipped: Messages that were retained: old state, not news.
        messages_committed: Messages with at least one good reading.
        messages_rejected: The other ones, by the reason of their first fault.
        unknown_fields: Fields dropped, by kind.
        left: Messages that another service takes.
    """

    messages: int
    frames: list[Frame]
    dead_letters: list[DeadLetter]
    skipped: int
    messages_committed: int
    messages_rejected: Counter[Reason] = field(default_factory=Counter)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    left: int = 0

    @property
    def readings(self) -> int:
        """Number of good readings."""
        return sum(map(len, self.frames))

    @property
    def elements(self) -> int:
        """Number of readings received, whatever became of them."""
        return self.readings + len(self.dead_letters) + self.skipped


class Decoder:
    """Decodes batches, and remembers the topic of every device it has met.

    Args:
        kinds: Device kinds by name.
        limits: Of payloads.
        window: Of timestamps.
        max_devices: Readings of devices beyond so many are rejected.

    Attributes:
        registry: All devices heard so far.
    """

    def __init__(
        self,
        kinds: Mapping[str, Kind],
        limits: PayloadLimits,
        window: TimeWindow,
        max_devices: int = MOST_DEVICES,
    ) -> None:
        self._limits = limits
        self.registry = SourceRegistry(kinds, max_devices)
        self._intakes = {name: Intake(kind, limits, window) for name, kind in kinds.items()}
        self._known: dict[str, tuple[int, Intake]] = {}

    def adopt(self, limits: PayloadLimits, window: TimeWindow, max_devices: int) -> None:
        """Go by other limits from now on; devices that were met stay known."""
        self._limits = limits
        self.registry.most = max_devices
        for intake in self._intakes.values():
            intake.adopt(limits, window)

    def decode(self, messages: Sequence[Message], now_ms: int) -> Decoded:
        """Decode a batch, or its beginning where arrays make it too large to decode at once.

        Args:
            messages: In the order of arrival.
            now_ms: Arrival time, Unix milliseconds; stamps readings that bring no `ts`.
        """
        faults: list[PlacedFault] = []
        unknown: Counter[str] = Counter()
        skipped = elements = 0
        # Run once per message, this loop is most of what the service does: local names only,
        # and everything unusual is left to functions.
        known, most = self._known, self._limits.max_payload_bytes
        for position, message in enumerate(messages):
            if message.retain:
                skipped += 1
                continue
            topic, payload = message.topic, message.payload
            device = known.get(topic) or self._meet(topic, position, faults)
            if device is None:
                continue
            if len(payload) > most:
                faults.append((position, self._too_large(payload)))
                continue
            index, intake = device
            try:
                reading = intake.decode(payload)
            except NOT_DECODED:
                parsed = intake.examine(payload)
                unknown[intake.kind.name] += parsed.unknown_fields
                faults.extend((position, fault) for fault in parsed.faults)
                intake.add(parsed, index, position)
                elements += len(parsed.readings) + len(parsed.faults)
                if elements >= MOST_ELEMENTS:
                    messages = messages[: position + 1]
                    break
                continue
            intake.readings.append(reading)
            intake.devices.append(index)
            intake.origins.append(position)
        return self._settle(messages, now_ms, faults, skipped, unknown)

    def _settle(
        self,
        messages: Sequence[Message],
        now_ms: int,
        faults: list[PlacedFault],
        skipped: int,
        unknown: Counter[str],
    ) -> Decoded:
        harvests = [
            intake.harvest(self.registry.sources, now_ms, faults)
            for intake in self._intakes.values()
            if intake.readings
        ]
        decoded = Decoded(
            messages=len(messages),
            frames=[frame for frame, _ in harvests if len(frame)],
            dead_letters=[],
            skipped=skipped,
            messages_committed=len(messages) - skipped,
            unknown_fields=+unknown,
        )
        if faults:
            faults.sort(key=itemgetter(0))
            committed = set(chain.from_iterable(origins for _, origins in harvests))
            decoded.messages_committed = len(committed)
            decoded.messages_rejected = _rejected(faults, committed)
            most = self._limits.max_payload_bytes
            decoded.dead_letters.extend(_dead_letters(messages, faults, now_ms, most))
        return decoded

    def _meet(
        self, topic: str, position: int, faults: list[PlacedFault]
    ) -> tuple[int, Intake] | None:
        try:
            source = self.registry.meet(topic)
        except UnknownSource as error:
            faults.append((position, Fault(reason=error.reason, message=str(error))))
            return None
        device = (source.index, self._intakes[source.kind.name])
        self._known[topic] = device
        return device

    def _too_large(self, payload: bytes) -> Fault:
        most = self._limits.max_payload_bytes
        return Fault(reason="size", message=f"{len(payload):,} bytes, at most {most:,} are taken")


def _rejected(faults: Iterable[PlacedFault], committed: Container[int]) -> Counter[Reason]:
    """Count the messages of which nothing was good, by their first fault."""
    first: dict[int, Reason] = {}
    for position, fault in faults:
        if position not in committed:
            first.setdefault(position, fault.reason)
    return Counter(first.values())


def _dead_letters(
    messages: Sequence[Message], faults: Iterable[PlacedFault], now_ms: int, most_bytes: int
) -> Iterator[DeadLetter]:
    for position, placed in groupby(faults, key=itemgetter(0)):
        message = messages[position]
        elements: list[bytes] = []
        for _, fault in placed:
            payload = message.payload
            if fault.element is not None:
                elements = elements or element_payloads(payload)
                payload = elements[fault.element]
            yield DeadLetter(
                arrived_ms=now_ms,
                topic=message.topic,
                reason=fault.reason,
                place=fault.place,
                message=fault.message,
                payload=payload[:most_bytes],
                size_bytes=len(payload),
            )

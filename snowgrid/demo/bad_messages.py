"""Messages that devices should never send, to show what becomes of them.

Each carries, in place of a kind, the reason that it must be rejected for.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from devices.encode import telemetry_topic
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.gateways.outbox import Message
from devices.schema import FieldType
from ingest.core.rejection import Reason

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS


@dataclass(frozen=True, slots=True)
class Culprit:
    """A device of the fleet in whose name something wrong is sent.

    Attributes:
        group: What it belongs to.
        device: Its name.
        now_ms: The moment, Unix milliseconds.
    """

    group: DeviceGroup
    device: str
    now_ms: int

    @property
    def topic(self) -> str:
        """Where its good readings go."""
        return telemetry_topic(self.group.site, self.group.kind.name, self.device)

    def reading(self, *, ts_ms: int | None = None, factor: float = 1.0) -> dict[str, float]:
        """Return a reading of one number: the greatest that is allowed, times `factor`."""
        field = next(f for f in self.group.kind.fields if f.type is FieldType.GAUGE)
        return {"ts": ts_ms or self.now_ms, field.name: factor * field.hard[1]}


def _beyond_range(culprit: Culprit) -> Message:
    return _message(culprit, culprit.reading(factor=10), "range")


def _word_for_number(culprit: Culprit) -> Message:
    words = dict.fromkeys(culprit.reading(), "n/a")
    return _message(culprit, words | {"ts": culprit.now_ms}, "schema")


def _cut_off(culprit: Culprit) -> Message:
    payload = msgspec.json.encode(culprit.reading())
    return Message(culprit.topic, payload[: len(payload) // 2], "json")


def _clock_ahead(culprit: Culprit) -> Message:
    return _message(culprit, culprit.reading(ts_ms=culprit.now_ms + DAY_MS), "future")


def _clock_behind(culprit: Culprit) -> Message:
    return _message(culprit, culprit.reading(ts_ms=culprit.now_ms - YEAR_MS), "stale")


def _strange_kind(culprit: Culprit) -> Message:
    topic = telemetry_topic(culprit.group.site, "samovar", culprit.device)
    return Message(topic, msgspec.json.encode(culprit.reading()), "kind")


def _strange_topic(culprit: Culprit) -> Message:
    topic = telemetry_topic(culprit.group.site, culprit.group.kind.name, culprit.device.upper())
    return Message(topic, msgspec.json.encode(culprit.reading()), "topic")


def _message(culprit: Culprit, reading: Mapping[str, float | str], reason: Reason) -> Message:
    return Message(culprit.topic, msgspec.json.encode(reading), reason)


FAULTS: tuple[Callable[[Culprit], Message], ...] = (
    _beyond_range,
    _word_for_number,
    _cut_off,
    _clock_ahead,
    _clock_behind,
    _strange_kind,
    _strange_topic,
)


def bad_messages(fleet: Fleet, rng: random.Random, now_ms: Callable[[], int]) -> Iterator[Message]:
    """Yield bad messages without end, each fault as often as any other.

    Args:
        fleet: In whose devices' names.
        rng: Draws devices, and the order of faults.
        now_ms: Wall clock, Unix milliseconds.
    """
    while True:
        for fault in rng.sample(FAULTS, len(FAULTS)):
            group = rng.choice(fleet.groups)
            yield fault(Culprit(group, rng.choice(group.names), now_ms()))

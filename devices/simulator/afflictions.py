"""What faults make of the readings of a simulated fleet on their way to the gateways."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from devices.encode import telemetry_topic
from devices.faults.catalog import AnyFault, Duplicate, Gap, OutOfOrder, Retained, Silent
from devices.faults.distortion import Distorted, Distortion, Readings
from devices.faults.lots import NO_FAULT
from devices.faults.plan import FaultPlan
from devices.faults.wire import faulty_payload, faulty_topic
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.gateways.outbox import Message
from devices.simulator.simulation import Turn


class Afflictions:
    """The faults of a fleet that is played.

    Args:
        plan: The faults.
        seed: Of the fleet's devices.
        fleet: What is played.
        shown: Told how many messages showed each fault, by its name.
    """

    def __init__(self, plan: FaultPlan, seed: int, fleet: Fleet, shown: Counter[str]) -> None:
        self._entries: Sequence[AnyFault] = plan.entries
        self._plan = plan
        self._seed = seed
        self._groups = fleet.groups
        self._distortions: dict[int, Distortion] = {}
        self._start_ms: int | None = None
        self._held: dict[str, list[_Held]] = {}
        self._shown = shown

    def distorted(self, turn: Turn) -> Distorted:
        """Return a turn's readings as faulty devices show them; call it once for each, in order."""
        if self._start_ms is None:
            self._start_ms = turn.ts_ms
        distortion = self._distortions.get(turn.group)
        if distortion is None:
            group = self._groups[turn.group]
            distortion = Distortion(
                self._plan, self._seed, group.kind, _topics(group), self._start_ms
            )
            self._distortions[turn.group] = distortion
        device = turn.devices.astype(np.int64)
        ts_ms = np.full(len(device), turn.ts_ms, np.int64)
        return distortion.of(Readings(device, ts_ms, turn.seq, turn.values))

    def delivered(self, fault: int, message: Message) -> list[Message]:
        """Return what becomes of a message, and those that it was to overtake.

        Args:
            fault: Its place in the plan, from 1, or `NO_FAULT`.
            message: Of one reading.
        """
        overtaken = self._overtaken(message.topic)
        if fault == NO_FAULT:
            return [message, *overtaken]
        entry = self._entries[fault - 1]
        self._shown[entry.name()] += 1
        return [*self._affected(entry, message), *overtaken]

    def _affected(self, entry: AnyFault, message: Message) -> list[Message]:
        match entry:
            case Gap() | Silent():
                return []
            case Duplicate():
                return [message, message]
            case OutOfOrder(behind=behind):
                self._held.setdefault(message.topic, []).append(_Held(behind, message))
                return []
            case Retained():
                return [message._replace(retain=True, alone=True)]
        topic = faulty_topic(entry, message.topic)
        payload = faulty_payload(entry, self._seed, message.topic, message.payload)
        return [message._replace(topic=topic, payload=payload, alone=True)]

    def _overtaken(self, topic: str) -> list[Message]:
        """Return the messages of a device that enough others have overtaken."""
        if topic not in self._held:
            return []
        held = [_Held(behind - 1, message) for behind, message in self._held.pop(topic)]
        if still := [each for each in held if each.behind > 0]:
            self._held[topic] = still
        return [message for behind, message in held if behind <= 0]


class _Held(NamedTuple):
    """A message that is held up until so many others of its device have passed."""

    behind: int
    message: Message


def _topics(group: DeviceGroup) -> list[str]:
    start = telemetry_topic(group.site, group.kind.name, "")
    return [start + name for name in group.names]

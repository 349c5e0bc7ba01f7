"""The stage between devices and publisher that delivers messages as faults have it."""

import heapq
from collections.abc import Sequence

from msgspec.structs import replace

from devices.faults.catalog import AnyFault, Duplicate, Gap, OutOfOrder, Retained, Silent
from devices.faults.plan import FaultPlan
from devices.faults.wire import WHOLE, faulty_payload, faulty_topic
from devices.load.workload import LoadMessage


class FaultyDelivery:
    """Spoils, copies, holds up and loses messages; a `Stage`.

    Equal seed, plan and messages give equal messages.

    Args:
        plan: The faults.
        seed: Of the load.
        devices: That the messages are of; message `n` is of device `n % devices`.
        total: Messages that the devices make.
    """

    def __init__(self, plan: FaultPlan, seed: int, devices: int, total: int) -> None:
        self._entries: Sequence[AnyFault] = plan.entries
        self._seed = seed
        self._devices = devices
        self._last = total - 1
        self._held: list[tuple[int, int, LoadMessage]] = []  # a heap, by when they are due

    def __call__(self, messages: Sequence[LoadMessage]) -> list[LoadMessage]:
        """Return what becomes of some messages; of none, those that are still held up."""
        delivered: list[LoadMessage] = []
        for message in messages:
            while self._held and self._held[0][0] < message.number:
                delivered.append(heapq.heappop(self._held)[2])
            if message.fault:
                delivered += self._affected(self._entries[message.fault - 1], message)
            else:
                delivered.append(message)
        while self._held and not messages:
            delivered.append(heapq.heappop(self._held)[2])
        return delivered

    def _affected(self, fault: AnyFault, message: LoadMessage) -> list[LoadMessage]:
        match fault:
            case Gap() | Silent():
                return []
            case Duplicate():
                return [message, replace(message, due=message.number)]
            case OutOfOrder(behind=behind):
                return self._held_up(message, behind)
            case Retained():
                return [replace(message, retain=True)]
        return [self._spoiled(fault, message)]

    def _held_up(self, message: LoadMessage, behind: int) -> list[LoadMessage]:
        due = min(message.number + behind * self._devices, self._last)
        if due == message.number:
            return [message]
        heapq.heappush(self._held, (due, message.number, replace(message, due=due)))
        return []

    def _spoiled(self, fault: AnyFault, message: LoadMessage) -> LoadMessage:
        return replace(
            message,
            topic=faulty_topic(fault, message.topic),
            payload=faulty_payload(fault, self._seed, message.topic, message.payload),
            readings=1 if isinstance(fault, WHOLE) else message.readings,
        )

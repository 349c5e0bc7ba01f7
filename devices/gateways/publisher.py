"""What a gateway publishes, over whichever connection it has: nothing is lost between two."""

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterator, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Literal

import aiomqtt

from devices.encode import encode_upload
from devices.gateways.confirming_client import ConfirmingClient, PublishRefused
from devices.gateways.outbox import Message, Outbox
from devices.simulator.progress import SimulatorProgress

# paho does not look at the broker's receive maximum, and this is mosquitto's own: one message more
# in flight would be a protocol error.
IN_FLIGHT = 20
BACKLOG = 5_000  # readings: 14 minutes of 60 meters every 10 s, 2 MB
CROWDED = 10 * IN_FLIGHT
UPLOAD = 100  # readings of one device in an array; the service takes 1,000, and 64 KiB


class Publisher:
    """Keeps messages until the broker has them, and counts what becomes of each.

    A message counts as published when the broker has acknowledged it (QoS 1), or when it is
    written to the connection (QoS 0). One whose acknowledgement got lost with the connection is
    published again: the broker may see it twice, the figures count it once.

    Args:
        qos: Quality of service of all messages.
        progress: The figures to keep.
    """

    def __init__(self, *, qos: Literal[0, 1], progress: SimulatorProgress) -> None:
        self._qos = qos
        self._progress = progress
        self._outbox = Outbox(BACKLOG)

    def __len__(self) -> int:
        """Messages that the broker does not have yet."""
        return len(self._outbox)

    @property
    def crowded(self) -> bool:
        """Whether more waits than a broker that keeps up would leave."""
        return len(self._outbox) > CROWDED

    def put(self, message: Message) -> None:
        """Publish a message soon; while the broker is away, keep it, dropping the oldest."""
        self._progress.waiting += 1
        self._count_dropped(self._outbox.put(message))

    def close(self) -> None:
        """Let `publish_over` return when nothing waits; nothing may be put in afterwards."""
        self._outbox.close()

    async def publish_over(self, client: ConfirmingClient) -> None:
        """Publish until closed: what waits as arrays of each device's readings, then one by one.

        Raises:
            MqttError: The connection does not carry on; perhaps inside a group.
        """
        await self._publish(client, _by_device(self._outbox.take(BACKLOG)))
        while self._outbox or not self._outbox.closed:
            await self._outbox.ready.wait()
            await self._publish(client, [[message] for message in self._outbox.take(IN_FLIGHT)])

    async def _publish(self, client: ConfirmingClient, uploads: Sequence[list[Message]]) -> None:
        """Publish uploads, `IN_FLIGHT` at a time; those that do not arrive go back."""
        unsettled = dict(enumerate(uploads))

        async def settle(number: int) -> None:
            await self._upload(client, unsettled[number])
            self._outbox.settle(len(unsettled.pop(number)))

        numbers = iter(range(len(uploads)))
        try:
            while window := list(islice(numbers, IN_FLIGHT)):
                # One limit for all of them, as aiomqtt's own would cost a task for each.
                async with asyncio.timeout(client.timeout):
                    await _all(settle, window)
        except TimeoutError as error:
            raise aiomqtt.MqttError("messages are not acknowledged") from error
        finally:
            rest = [message for upload in unsettled.values() for message in upload]
            self._count_dropped(self._outbox.give_back(rest))

    async def _upload(self, client: ConfirmingClient, upload: Sequence[Message]) -> None:
        topic, payload, kind, retain, _ = upload[0]
        if len(upload) > 1:
            payload = encode_upload([message.payload for message in upload])
        try:
            await client.publish(topic, payload, qos=self._qos, retain=retain, timeout=math.inf)
        except PublishRefused as refusal:
            self._progress.refused += len(upload)
            self._progress.refusal = f"{topic}: {refusal}"
        else:
            self._progress.published[kind] += len(upload)
            self._progress.acknowledged += len(upload) * self._qos
        self._progress.waiting -= len(upload)

    def _count_dropped(self, count: int) -> None:
        self._progress.dropped += count
        self._progress.waiting -= count


async def _all(work: Callable[[int], Coroutine[None, None, None]], numbers: Sequence[int]) -> None:
    """Do all at the same time; alone, the only one needs no task."""
    if len(numbers) == 1:
        await work(numbers[0])
        return
    async with asyncio.TaskGroup() as tasks:
        for number in numbers:
            tasks.create_task(work(number))


def _by_device(messages: Sequence[Message]) -> list[list[Message]]:
    """Group messages by topic, in their order, `UPLOAD` at most in a group."""
    groups: dict[str, list[Message]] = {}
    for message in messages:
        groups.setdefault(message.topic, []).append(message)
    return [upload for group in groups.values() for upload in _uploads(group)]


def _uploads(group: Sequence[Message]) -> Iterator[list[Message]]:
    """Cut the messages of a device where they must not be joined."""
    for alone, run in groupby(group, key=attrgetter("alone")):
        most = 1 if alone else UPLOAD
        messages = list(run)
        for start in range(0, len(messages), most):
            yield messages[start : start + most]

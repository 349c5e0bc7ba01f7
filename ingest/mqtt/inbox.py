"""What was taken from the broker and not yet decoded, and when it is time to take it along."""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import mqtt5

from ingest.mqtt.link import Link
from ingest.settings import BatchSettings


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Publishes of one connection, in the order of arrival.

    Attributes:
        messages: The publishes.
        link: The connection they came over, the only one that may acknowledge them.
        arrived_at: Monotonic seconds when the first of them arrived.
        size_bytes: Size of their packets, about.
    """

    messages: Sequence[mqtt5.PublishPacket]
    link: Link
    arrived_at: float
    size_bytes: int

    def acknowledge(self) -> None:
        """Send the acknowledgements, unless the connection is gone; the broker sends again then."""
        self.link.acknowledge(self.messages)

    def split(self, count: int) -> "tuple[Batch, Batch]":
        """Return the first `count` messages, and the rest."""
        first_bytes = self.size_bytes * count // len(self.messages)
        return (
            replace(self, messages=self.messages[:count], size_bytes=first_bytes),
            replace(self, messages=self.messages[count:], size_bytes=self.size_bytes - first_bytes),
        )


class Inbox:
    """Collects publishes into batches.

    A batch is handed out when it is full, when its first message has lingered, or as soon as the
    stream pauses: a quiet stream's tail must not wait for company that does not come.

    Attributes:
        size: Messages collected and not handed out.
        size_bytes: Size of their packets.
    """

    def __init__(self, settings: BatchSettings) -> None:
        self._settings = settings
        self._parts: deque[Batch] = deque()  # as they arrived
        self._wake = asyncio.Event()
        self._puts = 0
        self.size = 0
        self.size_bytes = 0

    def put(self, link: Link, messages: Sequence[mqtt5.PublishPacket], size_bytes: int) -> None:
        """Add publishes; stops the link from reading ahead when two batches wait.

        Args:
            link: The connection they came over.
            messages: The publishes.
            size_bytes: Size of their packets.
        """
        part = Batch(messages, link, asyncio.get_running_loop().time(), size_bytes)
        self._puts += 1
        self._parts.append(part)
        self._weigh(part, 1)
        # A fast stream comes in many small pieces; waking up for each would cost more than they.
        if len(self._parts) == 1 or self._holds(batches=1):
            self._wake.set()
        if self._holds(batches=2):
            link.pause_reading()

    def give_back(self, batch: Batch) -> None:
        """Add what is left of a batch, to be handed out next."""
        self._parts.appendleft(batch)
        self._weigh(batch, 1)

    @property
    def oldest_at(self) -> float | None:
        """When the oldest message arrived, monotonic seconds, or None if there is none."""
        return self._parts[0].arrived_at if self._parts else None

    async def batch(self) -> Batch:
        """Return the next batch as soon as there is one to hand out."""
        while not self._parts:
            await self._sleep(None)
        deadline = self._parts[0].arrived_at + self._settings.linger_s
        loop = asyncio.get_running_loop()
        while not self._holds(batches=1) and self._parts[0].link is self._parts[-1].link:
            puts, wait_s = self._puts, min(self._settings.pause_s, deadline - loop.time())
            if wait_s <= 0:
                break
            await self._sleep(wait_s)
            if self._puts == puts:
                break
        return self._take()

    async def _sleep(self, most_s: float | None) -> None:
        """Return after some time, or earlier when there is something to hand out."""
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(most_s):
                await self._wake.wait()

    def _holds(self, *, batches: int) -> bool:
        """Tell whether there is enough for so many full batches."""
        most, most_bytes = self._settings.max_messages, self._settings.max_bytes
        return self.size >= batches * most or self.size_bytes >= batches * most_bytes

    def _take(self) -> Batch:
        link, arrived_at = self._parts[0].link, self._parts[0].arrived_at
        messages: list[mqtt5.PublishPacket] = []
        size_bytes = 0
        while self._parts and self._parts[0].link is link:
            room = self._settings.max_messages - len(messages)
            if room == 0 or size_bytes >= self._settings.max_bytes:
                break
            part = self._parts.popleft()
            if len(part.messages) > room:
                part, rest = part.split(room)
                self._parts.appendleft(rest)
            messages.extend(part.messages)
            size_bytes += part.size_bytes
            self._weigh(part, -1)
        if not self._holds(batches=1):
            link.resume_reading()
        return Batch(messages, link, arrived_at, size_bytes)

    def _weigh(self, part: Batch, sign: int) -> None:
        self.size += sign * len(part.messages)
        self.size_bytes += sign * part.size_bytes

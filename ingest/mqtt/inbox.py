"""What was taken from the broker and not yet decoded, and when it is time to take it along."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

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
    """

    messages: Sequence[mqtt5.PublishPacket]
    link: Link
    arrived_at: float

    def acknowledge(self) -> None:
        """Send the acknowledgements, unless the connection is gone; the broker sends again then."""
        self.link.acknowledge(self.messages)


class Inbox:
    """Collects publishes into batches.

    A batch is handed out when it is full, when its first message has lingered, or as soon as the
    stream pauses: a quiet stream's tail must not wait for company that does not come.

    Attributes:
        size: Messages collected and not handed out.
    """

    def __init__(self, settings: BatchSettings) -> None:
        self._settings = settings
        self._parts: deque[tuple[Link, float, list[mqtt5.PublishPacket]]] = deque()
        self._arrived = asyncio.Event()
        self.size = 0

    def put(self, link: Link, messages: list[mqtt5.PublishPacket]) -> None:
        """Add publishes; stops the link from reading ahead when two batches wait."""
        if self._parts and self._parts[-1][0] is link:
            self._parts[-1][2].extend(messages)
        else:
            self._parts.append((link, asyncio.get_running_loop().time(), messages))
        self.size += len(messages)
        if self.size >= 2 * self._settings.max_messages:
            link.pause_reading()
        self._arrived.set()

    @property
    def oldest_at(self) -> float | None:
        """When the oldest message arrived, monotonic seconds, or None if there is none."""
        return self._parts[0][1] if self._parts else None

    async def batch(self) -> Batch:
        """Return the next batch as soon as there is one to hand out."""
        while not self._parts:
            await self._more(timeout_s=None)
        deadline = self._parts[0][1] + self._settings.linger_s
        loop = asyncio.get_running_loop()
        while self.size < self._settings.max_messages and len(self._parts) == 1:
            wait_s = min(self._settings.pause_s, deadline - loop.time())
            if wait_s <= 0 or not await self._more(timeout_s=wait_s):
                break
        return self._take()

    async def _more(self, timeout_s: float | None) -> bool:
        self._arrived.clear()
        try:
            async with asyncio.timeout(timeout_s):
                await self._arrived.wait()
        except TimeoutError:
            return False
        return True

    def _take(self) -> Batch:
        link, arrived_at, messages = self._parts.popleft()
        most = self._settings.max_messages
        if len(messages) > most:
            self._parts.appendleft((link, arrived_at, messages[most:]))
            messages = messages[:most]
        self.size -= len(messages)
        if self.size <= most:
            link.resume_reading()
        return Batch(messages, link, arrived_at)

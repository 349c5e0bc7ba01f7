"""Transitions that wait for an output: bounded, the oldest going first when there are too many."""

import asyncio
from collections import deque
from collections.abc import Iterable

from ingest.rules.alert import Alert


class TransitionQueue:
    """Waits to be emptied.

    Attributes:
        dropped: Transitions that were thrown away for want of room.
    """

    def __init__(self, most: int) -> None:
        self.dropped = 0
        self._most = most
        self._waiting: deque[Alert] = deque()
        self._arrived = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, transitions: Iterable[Alert]) -> None:
        """Append transitions."""
        self._waiting.extend(transitions)
        while len(self._waiting) > self._most:
            self._waiting.popleft()
            self.dropped += 1
        if self._waiting:
            self._arrived.set()
            self._empty.clear()

    async def first(self, most: int) -> list[Alert]:
        """Wait for some, and return the first of them without removing them."""
        while not self._waiting:
            self._arrived.clear()
            await self._arrived.wait()
        return [self._waiting[place] for place in range(min(most, len(self._waiting)))]

    def remove(self, told: list[Alert]) -> None:
        """Remove what has been told, as far as it still waits."""
        for alert in told:
            if self._waiting and self._waiting[0] is alert:
                self._waiting.popleft()
        if not self._waiting:
            self._empty.set()

    async def emptied(self) -> None:
        """Return when nothing waits."""
        await self._empty.wait()

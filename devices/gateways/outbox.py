"""What a gateway has to publish: bounded, in order, and with nothing lost unseen."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple


class Message(NamedTuple):
    """One encoded reading on its way.

    Attributes:
        topic: Of its device.
        payload: The JSON object.
        kind: Name of the kind, to count by.
        retain: Whether the broker is to keep it.
        alone: Whether it must not be joined with others of its device.
    """

    topic: str
    payload: bytes
    kind: str
    retain: bool = False
    alone: bool = False


class Outbox:
    """Messages that wait, the oldest first; where there are too many, the oldest give way.

    Attributes:
        ready: Set while something waits, and for good once closed.
        closed: Whether nothing more will be put in.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Message] = deque()
        self._taken = 0
        self.closed = False
        self.ready = asyncio.Event()

    def __len__(self) -> int:
        """Messages that wait, and those that are taken and not yet settled."""
        return len(self._waiting) + self._taken

    def put(self, message: Message) -> int:
        """Add a message at the end; return how many others gave way."""
        self._waiting.append(message)
        return self._trimmed()

    def close(self) -> None:
        """Say that nothing more will be put in."""
        self.closed = True
        self._signal()

    def take(self, most: int) -> list[Message]:
        """Take the oldest messages; each must come back through `settle` or `give_back`."""
        taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._taken += len(taken)
        self._signal()
        return taken

    def settle(self, count: int) -> None:
        """Forget taken messages: they have arrived."""
        self._taken -= count

    def give_back(self, messages: Sequence[Message]) -> int:
        """Put taken messages back to the front, in their order; return how many gave way."""
        self._waiting.extendleft(reversed(messages))
        self._taken -= len(messages)
        return self._trimmed()

    def _trimmed(self) -> int:
        excess = max(0, len(self._waiting) - self._limit)
        for _ in range(excess):
            self._waiting.popleft()
        self._signal()
        return excess

    def _signal(self) -> None:
        if self._waiting or self.closed:
            self.ready.set()
        else:
            self.ready.clear()

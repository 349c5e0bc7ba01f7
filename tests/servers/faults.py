"""How a database misbehaves, as data."""

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """Do nothing, and answer with this status."""

    status: int
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Hang:
    """Take the request and never answer."""


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Close the connection instead of answering, before or after doing what was asked."""

    after_write: bool = False


Fault = Answer | Hang | Disconnect


class Faults:
    """Decides what the facade does with the next write calls.

    Attributes:
        max_body_bytes: Larger bodies are answered with 413; None for no limit.
    """

    def __init__(self) -> None:
        self.max_body_bytes: int | None = None
        self._next: deque[Fault] = deque()
        self._always: Fault | None = None

    @property
    def waiting(self) -> int:
        """How many faults of `next` have not struck yet."""
        return len(self._next)

    def next(self, *faults: Fault) -> None:
        """Let the coming calls meet these faults, one each; the calls after them succeed."""
        self._next.extend(faults)

    def always(self, fault: Fault) -> None:
        """Let all calls meet this fault, until `clear`."""
        self._always = fault

    def clear(self) -> None:
        """Behave again."""
        self._next.clear()
        self._always = None
        self.max_body_bytes = None

    def take(self, body_bytes: int) -> Fault | None:
        """Return the fault that a call with this body meets; asked once a call, by the facade."""
        if self._next:
            return self._next.popleft()
        if self._always is not None:
            return self._always
        if self.max_body_bytes is not None and body_bytes > self.max_body_bytes:
            return Answer(413)
        return None

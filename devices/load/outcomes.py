"""What became of every message: intended, sent, acknowledged, refused."""

from enum import IntEnum
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MORE = 10_000  # numbers of copies, at a time


class Outcome(IntEnum):
    """How far a message came; a later one never gives way to an earlier one."""

    NONE = 0  # not due before the end, or of a device that said nothing
    INTENDED = 1
    SENT = 2
    REFUSED = 3
    ACKNOWLEDGED = 4


class Deliveries(NamedTuple):
    """How often each message may have come to the broker, by its number.

    Attributes:
        sent: Shape (messages,): the message itself and its copies, as far as they left us.
        most: Shape (messages,): every time one of them left us, over whichever connection.
        least: Shape (messages,): every time it was acknowledged.
        refused: Shape (messages,): every time the broker said no.
    """

    sent: NDArray[np.uint16]
    most: NDArray[np.uint16]
    least: NDArray[np.uint16]
    refused: NDArray[np.uint16]


class Outcomes:
    """The outcome of every message of a publisher, by its number; a byte each.

    A copy of a message, or one that was held up, has a number of its own beyond those of the
    messages: `add` gives it.

    Attributes:
        states: Shape (messages + copies or more,), values of `Outcome`.
    """

    def __init__(self, messages: int) -> None:
        self._messages = messages
        self.states = np.zeros(messages, np.uint8)
        self._again = np.zeros(messages, np.uint8)
        self._copied: list[int] = []
        self._due: list[int] = []

    def __len__(self) -> int:
        return self._messages

    def add(self, number: int, due: int) -> int:
        """Return a number for a message that is sent once more, or at another time.

        Args:
            number: Of the message.
            due: Of the message whose time it shares.
        """
        slot = self._messages + len(self._copied)
        self._copied.append(number)
        self._due.append(due)
        if slot >= len(self.states):
            room = np.zeros(max(MORE, len(self._copied)), np.uint8)
            self.states = np.concatenate([self.states, room])
            self._again = np.concatenate([self._again, room])
        return slot

    def due(self, numbers: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the numbers of the messages at whose time these are due."""
        if not self._due:
            return numbers
        added = numbers >= self._messages
        due = numbers.copy()
        due[added] = np.array(self._due)[numbers[added] - self._messages]
        return due

    def note(self, numbers: NDArray[np.intp], outcome: Outcome) -> None:
        """Take down how far messages came."""
        self.states[numbers] = np.maximum(self.states[numbers], outcome)

    def note_again(self, numbers: NDArray[np.intp]) -> None:
        """Take down that messages were sent again, over another connection."""
        self._again[numbers] += 1

    def count(self, outcome: Outcome) -> int:
        """Return how many messages came so far and no further."""
        return int(np.count_nonzero(self.states == outcome))

    def deliveries(self) -> Deliveries:
        """Return how often each message came to the broker, its copies with it."""
        left = (self.states >= Outcome.SENT).astype(np.uint16)
        return Deliveries(
            sent=self._by_message(left),
            most=self._by_message(left + self._again),
            least=self._by_message(self.states == Outcome.ACKNOWLEDGED),
            refused=self._by_message(self.states == Outcome.REFUSED),
        )

    def furthest(self) -> NDArray[np.uint8]:
        """Return how far each message came, or that of its copies which came furthest."""
        states = self.states[: self._messages].copy()
        copies = self.states[self._messages : self._messages + len(self._copied)]
        np.maximum.at(states, np.array(self._copied, np.intp), copies)
        return states

    def save(self, path: Path) -> None:
        """Keep them in a file."""
        slots = self._messages + len(self._copied)
        np.savez_compressed(
            path,
            states=self.states[:slots],
            again=self._again[:slots],
            copied=np.array(self._copied, np.int64),
            due=np.array(self._due, np.int64),
        )

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` kept."""
        with np.load(path) as kept:
            copied = kept["copied"].tolist()
            loaded = cls(0)
            loaded._messages = len(kept["states"]) - len(copied)
            loaded.states, loaded._again = kept["states"], kept["again"]
            loaded._copied, loaded._due = copied, kept["due"].tolist()
        return loaded

    def _by_message(self, of_slots: NDArray[np.generic]) -> NDArray[np.uint16]:
        counts = of_slots[: self._messages].astype(np.uint16)
        copies = of_slots[self._messages : self._messages + len(self._copied)].astype(np.uint16)
        np.add.at(counts, np.array(self._copied, np.intp), copies)
        return counts

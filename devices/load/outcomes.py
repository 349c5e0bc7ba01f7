"""What became of every message: intended, sent, acknowledged, refused."""

from enum import IntEnum
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


class Outcome(IntEnum):
    """How far a message came; a later one never gives way to an earlier one."""

    NONE = 0  # not due before the end, or of a device that said nothing
    INTENDED = 1
    SENT = 2
    REFUSED = 3
    ACKNOWLEDGED = 4


class Outcomes:
    """The outcome of every message of a publisher, by its number; a byte each.

    Attributes:
        states: Shape (messages,), values of `Outcome`.
    """

    def __init__(self, messages: int) -> None:
        self.states = np.zeros(messages, np.uint8)

    def __len__(self) -> int:
        return len(self.states)

    def note(self, numbers: NDArray[np.intp], outcome: Outcome) -> None:
        """Take down how far messages came."""
        self.states[numbers] = np.maximum(self.states[numbers], outcome)

    def count(self, outcome: Outcome) -> int:
        """Return how many messages came so far and no further."""
        return int(np.count_nonzero(self.states == outcome))

    def save(self, path: Path) -> None:
        """Keep them in a file."""
        np.savez_compressed(path, states=self.states)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` kept."""
        loaded = cls(0)
        with np.load(path) as kept:
            loaded.states = kept["states"]
        return loaded

"""How much trouble a chapter takes."""

from pathlib import Path
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Scale(NamedTuple):
    """What a chapter is told.

    Attributes:
        quick: Whether to show only that it works, in seconds.
        seed: Of all devices.
        folder: For its files; it is removed afterwards.
    """

    quick: bool
    seed: int
    folder: Path

    def choose(self, full: T, quick: T) -> T:
        """Return the one or the other."""
        return quick if self.quick else full

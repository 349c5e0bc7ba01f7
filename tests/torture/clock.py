"""A wall clock for the service that can be put forward and back, over a file."""

import struct
from pathlib import Path

HOUR_S = 3_600
OFFSET = struct.Struct("=q")
"""Nanoseconds that the clock is ahead, behind if negative."""


class SettableClock:
    """What one process takes for the time of day; its monotonic clock stays true.

    Attributes:
        file: From which the process learns how far its clock is off.
        was_back: Whether it was ever behind.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.was_back = False
        self.file.write_bytes(OFFSET.pack(0))

    def set(self, offset_s: int) -> None:
        """Let the clock be so many seconds ahead, or behind if negative, from now on."""
        with self.file.open("r+b") as file:
            file.write(OFFSET.pack(offset_s * 1_000_000_000))
        self.was_back = self.was_back or offset_s < 0

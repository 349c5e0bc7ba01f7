"""A transport without a socket, to see what a link does with it."""

import asyncio


class RecordingTransport(asyncio.Transport):
    """Remembers whether reading is paused, and what was written.

    Attributes:
        reading: Whether data would be read.
        written: Every piece that was written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reading = True
        self.written: list[bytes] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_reading(self) -> bool:
        return self.reading

    def is_closing(self) -> bool:
        return False

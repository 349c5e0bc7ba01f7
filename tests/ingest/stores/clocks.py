"""Time that passes only when somebody sleeps."""

import asyncio


class FakeTime:
    """A clock and the sleep that moves it; both are given to what is tested.

    Attributes:
        slept: How long every sleep was to be, in seconds.
    """

    def __init__(self) -> None:
        self.now_s = 1_000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds
        await asyncio.sleep(0)

"""Waits for a state, as long as it takes and no longer."""

import asyncio
import time
from collections.abc import Callable

POLL_S = 0.01


async def eventually(
    condition: Callable[[], object], *, within_s: float = 20.0, poll_s: float = POLL_S
) -> None:
    """Return as soon as the condition holds; other tasks run meanwhile.

    Raises:
        TimeoutError: It did not hold within `within_s` seconds.
    """
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"still not so after {within_s:g} s")
        await asyncio.sleep(poll_s)

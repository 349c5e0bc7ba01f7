"""Waiting for whichever of several things happens first."""

import asyncio
from collections.abc import Coroutine


async def first_of(*waits: Coroutine[None, None, object]) -> None:
    """Return when the first of them is over, and cancel the others.

    Raises:
        Exception: What the first one raised.
    """
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        over, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in over:
            task.result()
    finally:
        for task in tasks:
            task.cancel()

import asyncio

import pytest

from ingest.first_of import first_of


async def forever(cancelled: list[bool]) -> None:
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        cancelled.append(True)
        raise


async def test_the_first_that_is_over_ends_the_wait_and_cancels_the_others():
    cancelled: list[bool] = []
    await first_of(asyncio.sleep(0), forever(cancelled))
    await asyncio.sleep(0)
    assert cancelled == [True]


async def test_what_the_first_raises_is_raised():
    async def fail() -> None:
        raise RuntimeError("over")

    with pytest.raises(RuntimeError, match="over"):
        await first_of(fail(), forever([]))

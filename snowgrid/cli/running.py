"""Runs what goes on until it is told to stop: event loop, signals, exit at the second one."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
STOPPED_AT_ONCE = 130

logger = logging.getLogger(__name__)


def run_until_stopped(work: Callable[[asyncio.Event], Coroutine[Any, Any, Result]]) -> Result:
    """Run `work` on the fastest event loop there is.

    SIGINT or SIGTERM sets the event that `work` gets, and it then stops in order; a second one
    ends the process at once, which loses nothing that was acknowledged.

    Args:
        work: Gets the event, returns soon after it is set.
    """
    return _runner()(_stoppable(work))


async def _stoppable(work: Callable[[asyncio.Event], Awaitable[Result]]) -> Result:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _stop, stop, signal.Signals(number))
    try:
        return await work(stop)
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def _stop(stop: asyncio.Event, received: signal.Signals) -> None:
    if stop.is_set():
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(STOPPED_AT_ONCE)
    logger.info("stopping; once more stops at once", extra={"signal": received.name})
    stop.set()


def _runner() -> Callable[[Coroutine[Any, Any, Result]], Result]:
    try:
        import uvloop  # noqa: PLC0415 - not there on every platform
    except ImportError:
        return asyncio.run
    return uvloop.run

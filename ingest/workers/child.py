"""One process, kept alive: started, started again when it dies, and stopped in order."""

import asyncio
import logging
import signal
import socket
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from ingest.workers.order import DONE, Order

logger = logging.getLogger(__name__)

WRONG_SETTINGS = 2
FIRST_BACKOFF_S = 0.5
MOST_BACKOFF_S = 30.0
STEADY_S = 30.0  # a process that lived for less counts as one that keeps dying
MOST_DEATHS = 6  # in a row, of a process that keeps dying
BACKLOG = 16


class WorkerFailed(Exception):
    """A worker cannot be kept alive; `exit_code` is what it ended with last."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Child:
    """A worker's process, or a former member's.

    Args:
        command: Runs a worker, which takes its order from standard input.
        order: For this one; the socket is filled in here.

    Attributes:
        name: For people.
        former: Whether it only empties what was left.
        restarts: How often it was started again.
        url: Where it answers, while it runs.
        complaint: Why it does not run, or an empty string.
    """

    def __init__(self, command: Sequence[str], order: Order) -> None:
        self.name, self.former = order.name, order.former
        self.restarts = 0
        self.complaint = "not started yet"
        self._command = command
        # Kept open over restarts, so that the address stays and no other process can take it.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self._order = msgspec.structs.replace(order, listening=self._socket.fileno())
        self._process: Process | None = None
        self._stop = asyncio.Event()

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def pid(self) -> int | None:
        """Process id, or None while it does not run."""
        return self._process.pid if self._process else None

    async def run(self) -> bool:
        """Keep it running until it is stopped, or, of a former member, until it is done.

        Returns:
            Whether it is done.

        Raises:
            WorkerFailed: A worker found its settings wrong, or keeps dying.
        """
        loop = asyncio.get_running_loop()
        deaths = 0
        while not self._stop.is_set():
            started_at = loop.time()
            code = await self._live()
            if self.former and code == DONE:
                return True
            if self._stop.is_set():
                break
            deaths = 1 if loop.time() - started_at >= STEADY_S else deaths + 1
            self._judge(code, deaths)
            delay_s = min(MOST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** (deaths - 1))
            self.complaint = f"ended with {_readable(code)}; started again in {delay_s:g} s"
            logger.error(
                "a worker ended; starting it again",
                extra={"worker": self.name, "ended_with": _readable(code), "in_s": delay_s},
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await self._stop.wait()
            self.restarts += 1
        return False

    def _judge(self, code: int, deaths: int) -> None:
        if self.former:
            return  # what it is to empty is safe where it is, and the others go on
        if code == WRONG_SETTINGS and not self.restarts:
            raise WorkerFailed(f"worker {self.name} does not start", code)
        if deaths >= MOST_DEATHS:
            message = f"worker {self.name} keeps ending, last with {_readable(code)}"
            raise WorkerFailed(message, 1)

    async def _live(self) -> int:
        """Start it, and return its exit code."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            pass_fds=[self._socket.fileno()],
            start_new_session=True,  # a Ctrl-C is for us, and we pass it on
        )
        self._process = process
        logger.info("worker started", extra={"worker": self.name, "pid": process.pid})
        self.complaint = ""
        if process.stdin:
            process.stdin.write(msgspec.json.encode(self._order) + b"\n")
            with suppress(ConnectionError):
                await process.stdin.drain()
        if self._stop.is_set():  # it was asked for while the process began
            self.signal(signal.SIGTERM)
        try:
            return await process.wait()
        finally:
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """Pass a signal on, if it runs."""
        if self._process:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def stop(self) -> None:
        """Have it stop in order."""
        self._stop.set()
        self.signal(signal.SIGTERM)

    def close(self) -> None:
        """Close the socket, and end the process at once if it still runs."""
        self.signal(signal.SIGKILL)
        self._socket.close()


def _readable(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

"""The processes that publish, as the command sees them."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from devices.errors import LoadInvalid
from devices.load.publisher import Progress
from devices.load.report import LoadReport
from snowgrid.loading.messages import Connected, Done, Failed, Go, Job, Said, Underway
from snowgrid.loading.order import BrokerOrder, LoadOrder

LONGEST_LINE_BYTES = 1 << 28  # the course of a run of hours, second by second
ENDING_S = 3.0

_decode: Callable[[bytes], Said] = msgspec.json.Decoder(Said).decode


class Worker:
    """One of the processes.

    Args:
        process: Its process, which has its job.
    """

    def __init__(self, process: Process) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    async def ready(self) -> None:
        """Return when it is connected.

        Raises:
            LoadInvalid: It cannot do its job; the message says why.
        """
        said = await self._heard()
        if not isinstance(said, Connected):
            raise LoadInvalid(f"a publisher said {said} before it was connected")

    async def publish(self, go: Go, watch: Callable[[Progress], None]) -> LoadReport:
        """Have it publish; return its report.

        Args:
            go: When it begins.
            watch: Is told how far it has come, now and then.

        Raises:
            LoadInvalid: It cannot do its job; the message says why.
        """
        self.tell(msgspec.json.encode(go))
        while True:
            match await self._heard():
                case Underway(progress):
                    watch(progress)
                case Done(report):
                    return report

    def stop(self) -> None:
        """Have it end before its time, in order."""
        self.tell(b"stop")

    async def end(self) -> None:
        """Make sure that it is gone."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(ENDING_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    def tell(self, line: bytes) -> None:
        """Write it a line; nothing if it has ended."""
        if self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(line + b"\n")

    async def _heard(self) -> Said:
        if self._process.stdout is None:
            raise RuntimeError("the publisher was started without a pipe")
        line = await self._process.stdout.readline()
        if not line:
            raise LoadInvalid("a publisher ended unexpectedly; what it said is above")
        said = _decode(line)
        if isinstance(said, Failed):
            raise LoadInvalid(said.message)
        return said


def outcomes_file(folder: Path, process: int) -> Path:
    """Return the file in which a process keeps the outcome of every message."""
    return folder / f"outcomes-{process}.npz"


@asynccontextmanager
async def workers(
    order: LoadOrder, broker: BrokerOrder, folder: Path
) -> AsyncIterator[list[Worker]]:
    """Run the publishers of a load, all of them connected, for as long as the context lasts.

    Args:
        order: The load.
        broker: Where it goes.
        folder: For the outcomes of messages.

    Raises:
        LoadInvalid: One of them cannot do its job.
    """
    started: list[Worker] = []
    try:
        for number in range(order.processes):
            outcomes = outcomes_file(folder, number)
            job = Job(order=order, broker=broker, process=number, outcomes=str(outcomes))
            started.append(await _start(job))
        await _all_ready(started)
        yield started
    finally:
        for worker in started:
            await worker.end()


async def _all_ready(started: Sequence[Worker]) -> None:
    async with asyncio.TaskGroup() as tasks:
        for worker in started:
            tasks.create_task(worker.ready())


async def _start(job: Job) -> Worker:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "snowgrid.loading.worker",
        stdin=PIPE,
        stdout=PIPE,
        limit=LONGEST_LINE_BYTES,
        start_new_session=True,  # Ctrl-C is for the command, which then stops the publishers
    )
    worker = Worker(process)
    worker.tell(msgspec.json.encode(job))
    return worker

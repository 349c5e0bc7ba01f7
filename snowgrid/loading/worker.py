"""A publisher in a process of its own: `python -m snowgrid.loading.worker`, orders on stdin.

So it has a processor to itself, and what it uses is its own.
"""

import asyncio
import gc
import sys
from pathlib import Path

import msgspec

from devices.load.publisher import Publisher
from devices.load.workload import Workload
from snowgrid.cli.errors import told_to_the_user
from snowgrid.cli.running import run_until_stopped
from snowgrid.loading.file_limit import allow_files
from snowgrid.loading.messages import Connected, Done, Failed, Go, Job, Said, Underway

TELL_S = 0.25
LONGEST_LINE_BYTES = 1 << 20


def main() -> None:
    """Serve one job."""
    allow_files()
    try:
        run_until_stopped(_serve)
    except Exception as error:
        message = told_to_the_user(error)
        if not message:
            raise
        _say(Failed(message))


async def _serve(stop: asyncio.Event) -> None:
    lines = await _standard_input()
    line = await lines.readline()
    if not line:
        return
    job = msgspec.json.decode(line, type=Job)
    plan = job.order.plan(job.process)
    publisher = Publisher(Workload(job.order.make_fleet(), plan), plan, job.broker.address())
    await publisher.open()
    # What exists by now stays; looking through it for garbage again and again would be felt.
    gc.freeze()
    _say(Connected())
    line = await lines.readline()
    if not line:
        return
    go = msgspec.json.decode(line, type=Go)
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(_stop_at_next(lines, stop))
        telling = tasks.create_task(_tell(publisher))
        report = await publisher.publish(go.start_ms, go.begin_s, stop)
        for task in (listening, telling):
            task.cancel()
    publisher.meter.outcomes.save(Path(job.outcomes))
    _say(Done(report))


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LONGEST_LINE_BYTES)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def _stop_at_next(lines: asyncio.StreamReader, stop: asyncio.Event) -> None:
    await lines.readline()
    stop.set()


async def _tell(publisher: Publisher) -> None:
    while True:
        await asyncio.sleep(TELL_S)
        _say(Underway(publisher.progress()))


def _say(said: Said) -> None:
    sys.stdout.write(msgspec.json.encode(said).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

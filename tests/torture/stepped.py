"""Runs `snowgrid` with a wall clock that a file puts forward and back.

    python -m tests.torture.stepped FILE ingest …

The functions of `time` are replaced before anything of Snowgrid is imported, so the service is
the one that is deployed, and no setting of it can do this. On SIGUSR2 it prints what every task
is waiting for: the torture asks for that where a service does not stop.
"""

import asyncio
import mmap
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from tests.torture.clock import OFFSET


def step(file: Path) -> None:
    """Let the wall clock of this process go by the offset in a file."""
    with file.open("rb") as opened:
        offset = mmap.mmap(opened.fileno(), OFFSET.size, access=mmap.ACCESS_READ)
    true_ns = time.time_ns

    def time_ns() -> int:
        return true_ns() + int(OFFSET.unpack_from(offset)[0])

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9


def print_tasks(_number: int, _frame: FrameType | None) -> None:
    """Print the stacks of all tasks of the running loop."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)


def main() -> None:
    """Take the file from the arguments and leave the rest to the program."""
    step(Path(sys.argv.pop(1)))
    signal.signal(signal.SIGUSR2, print_tasks)
    from snowgrid.__main__ import main as snowgrid  # noqa: PLC0415 - must see the other clock

    snowgrid()


if __name__ == "__main__":
    main()

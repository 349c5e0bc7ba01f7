"""What befalls the service itself."""

import asyncio
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.torture.damage import flip, tear
from tests.torture.lab import Lab
from tests.torture.schedule import Trouble

LOOK_S = 0.001
LONGEST_WATCH_S = 2.0
FSYNC_CALLS = {"74", "75"}  # fsync and fdatasync on x86-64
FROZEN_S = 0.2


async def befall_service(lab: Lab, trouble: Trouble) -> None:
    """Do it, and return when the service runs again."""
    async with lab.service.turn:
        name = trouble.name
        match name:
            case "killed":
                await asyncio.sleep(trouble.for_s)
            case "killed in a batch":
                name = await _at(lambda: lab.tap.waiting > 0, name)
            case "killed in an fsync":
                name = await _at(lambda: syncs(lab.service.pid), name)
            case "killed while it ships":
                name = await _at(lambda: lab.store_link.busy, name)
            case "killed while it replays":
                async with lab.store_link.held("ask"):
                    await asyncio.sleep(trouble.for_s)
                    await _killed(lab)
                name = await _at(lambda: lab.store_link.busy, name)
            case "stopped in order":
                await lab.service.finish()
            case "frozen beyond the keep-alive":
                lab.service.signal(signal.SIGSTOP)
                await asyncio.sleep(trouble.for_s)
                lab.service.signal(signal.SIGCONT)
                lab.survived[name] += 1
                return
            case "killed, its last records torn":
                await asyncio.to_thread(lab.service.kill)
                torn = await asyncio.to_thread(tear, lab.spool, lab.letters, lab.rng)
                name = name if torn else "killed"
            case "killed, a bit flipped in its spool":
                name = await _flipped(lab, trouble.for_s)
            case _:
                raise ValueError(name)
        await _killed(lab)
        lab.survived[name] += 1


async def _killed(lab: Lab) -> None:
    await asyncio.to_thread(lab.service.kill)
    await lab.service.begin()


async def _flipped(lab: Lab, for_s: float) -> str:
    async with lab.store_link.held("ask"):
        await asyncio.sleep(for_s)
        await asyncio.to_thread(lab.service.kill)
        flipped = await asyncio.to_thread(flip, lab.spool, lab.readings, lab.rng)
    if flipped is None:
        return "killed"
    lab.flips.append(flipped)
    return "killed, a bit flipped in its spool"


async def _at(condition: Callable[[], bool], name: str) -> str:
    """Wait for a moment, and return what may be said if the service is killed now."""
    deadline = time.monotonic() + LONGEST_WATCH_S
    while time.monotonic() < deadline:
        if condition():
            return name
        await asyncio.sleep(LOOK_S)
    return "killed"


def syncs(pid: int) -> bool:
    """Tell whether a thread of a process waits for the disk to confirm a write."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            if (thread / "syscall").read_text().partition(" ")[0] in FSYNC_CALLS:
                return True
    return False

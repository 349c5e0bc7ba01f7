"""The service under torture, and how it ended each time."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.databases import Kept
from tests.end_to_end.services import Broker, Ingest
from tests.servers.process import ServerFailed
from tests.torture.clock import SettableClock

STOP_S = 40.0
AGAIN_S = 0.5
MOST_FAILED_STARTS = 20
ROOT = Path(__file__).parents[2]


class Service(Ingest):
    """`snowgrid ingest` with a clock of its own.

    Attributes:
        turn: Held by whoever has it killed, stopped or frozen, so that it is not thought dead.
        faults: How it ended on its own, or would not end, in words.
        failed_starts: How often it ended at once; a supervisor would start it again as well.
    """

    binary = "env"
    package = "coreutils"

    def __init__(
        self, folder: Path, broker: Broker, kept: Kept, clock: SettableClock, **changes: object
    ) -> None:
        super().__init__(folder, broker, kept, **changes)
        self.turn = asyncio.Lock()
        self.faults: list[str] = []
        self.failed_starts = 0
        self._clock = clock

    async def begin(self) -> None:
        """Start it, again and again if it must be.

        Raises:
            ServerFailed: It would not start for many times in a row.
        """
        for _ in range(MOST_FAILED_STARTS):
            try:
                await asyncio.to_thread(self.start)
            except ServerFailed:
                self.failed_starts += 1
                await asyncio.sleep(AGAIN_S)
            else:
                return
        raise ServerFailed(f"the service does not start any more; see {self.folder}")

    async def finish(self) -> None:
        """Stop it in order."""
        self.signal(signal.SIGTERM)
        try:
            code = await asyncio.to_thread(self._wait)
        except subprocess.TimeoutExpired:
            self.faults.append(f"the service did not stop within {STOP_S:g} s; its log says why")
            self.signal(signal.SIGUSR2)
            await asyncio.sleep(AGAIN_S)
            await asyncio.to_thread(self.kill)
            return
        if code:
            self.faults.append(f"the service stopped with exit code {code}")

    async def watch(self, every_s: float) -> None:
        """Note when it ends on its own, and start it again, until cancelled."""
        while True:
            await asyncio.sleep(every_s)
            async with self.turn:
                if not self.running:
                    self.faults.append(f"the service ended on its own, exit code {self.exit_code}")
                    await self.begin()

    def _wait(self) -> int:
        return self._process.wait(STOP_S) if self._process else 0

    def _command(self) -> list[str]:
        module, *arguments = super()._command()[1:]
        if module != "snowgrid":
            raise ValueError(f"cannot give {module} another clock")
        stepped = ["-m", "tests.torture.stepped", str(self._clock.file)]
        return [f"PYTHONPATH={ROOT}", sys.executable, *stepped, *arguments]

"""Troubles the database on time."""

import asyncio
import time
from collections.abc import Sequence

from devices.load.publisher import Progress
from snowgrid.scenarios.scenario import Trouble
from snowgrid.servers.store_front import WELL, Misbehaviour, StoreFront

TICK_S = 0.05


class Troubler:
    """Plays the troubles of a scenario; the run begins when it first hears of it.

    Args:
        troubles: What is wrong, and when.
        length_s: Of the run, warm-up included.
    """

    def __init__(self, troubles: Sequence[Trouble], length_s: float) -> None:
        self._troubles = troubles
        self._length_s = length_s
        self._begun_s: float | None = None

    def note(self, progress: Progress) -> None:
        """Take note of how far the run has come."""
        if self._begun_s is None:
            self._begun_s = time.monotonic() - progress.at_s

    def at(self, share: float) -> Misbehaviour:
        """Return how the database behaves at a moment, in parts of the run."""
        for trouble in self._troubles:
            if trouble.from_share <= share < trouble.to_share:
                return Misbehaviour(
                    delay_s=trouble.delay_s, answer=trouble.answer, hang=trouble.hang
                )
        return WELL

    async def play(self, front: StoreFront) -> None:
        """Make the database behave so until cancelled; it is well again then."""
        try:
            while True:
                if self._begun_s is not None:
                    run_s = time.monotonic() - self._begun_s
                    front.misbehaviour = self.at(run_s / self._length_s)
                await asyncio.sleep(TICK_S)
        finally:
            front.misbehaviour = WELL

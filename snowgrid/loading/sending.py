"""A load that was sent: how to make it again, and what became of it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from devices.load.block import Ints, Portion
from devices.load.outcomes import Outcomes
from devices.load.workload import Workload
from snowgrid.loading.fates import Fates, fates_of
from snowgrid.loading.limits import Limits


class Sending(NamedTuple):
    """What one publisher sent.

    Attributes:
        workload: Makes it, new each time.
        start_ms: When the first message was due, Unix milliseconds.
        outcomes: What became of each message.
        limits: What the service takes.
    """

    workload: Callable[[], Workload]
    start_ms: int
    outcomes: Outcomes
    limits: Limits = Limits()

    def portions_of(self, workload: Workload) -> Iterator[tuple[Portion, Ints, Fates]]:
        """Yield what a workload makes, the number of each reading's message, and its fate.

        Args:
            workload: One of `workload`'s, of which nothing was made yet.
        """
        for portion in workload.portions(self.start_ms):
            number = portion.first + portion.device
            due_s = workload.schedule.times_s(number.astype(np.float64))
            due_ms = self.start_ms + (due_s * 1_000).astype(np.int64)
            yield portion, number, fates_of(portion, due_ms, workload.faults, self.limits)

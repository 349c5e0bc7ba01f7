"""The seam between the pipeline and whatever keeps the readings."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from ingest.core.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """What became of the readings committed since the start, and of those that were there before.

    committed + inherited = stored + refused + lost + waiting

    Attributes:
        stored: Readings the database has confirmed.
        refused: Readings the database refused, each of them a dead letter.
        waiting: Readings in the spool, this run's and what earlier runs left.
        lost: Readings that the disk lost while they waited; their bytes are set aside.
        inherited: Readings that earlier runs left in the spool, counted at the start.
        waiting_bytes: Size of what waits on disk.
        complaint: What keeps readings from the database now, for a person, or an empty string.
    """

    stored: int
    refused: int
    waiting: int
    lost: int = 0
    inherited: int = 0
    waiting_bytes: int = 0
    complaint: str = ""


class Store(AbstractAsyncContextManager["Store"], Protocol):
    """Keeps readings. Entering opens it and starts its work, leaving closes it in order.

    Leaving never loses anything: what is not in the database by then stays durable on disk and
    goes there in the next run.
    """

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Make readings durable on this machine; when it returns they survive any crash.

        Commits are made one after the other, never concurrently. A reading is identified by
        kind, site, device and timestamp: committing it again changes nothing, and two readings
        of one identity merge their fields, the later value winning.

        Raises:
            SpoolFull: Nothing of these frames was committed; try again when there is room.
        """
        ...

    def state(self) -> StoreState:
        """Return the counts of this run; cheap, no I/O."""
        ...

    async def drain(self) -> None:
        """Return once nothing waits any more; the caller sets the deadline."""
        ...

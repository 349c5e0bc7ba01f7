"""The seam between the pipeline and whatever keeps the readings."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from ingest.core.frame import Frame
from ingest.core.rows import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsState:
    """What became of the rows derived from readings: rollups, alerts, figures of the service.

    Attributes:
        stored: Rows the database has confirmed since the start.
        refused: Rows the database refused since the start; they are logged and not kept.
        lost: Rows that the disk lost while they waited.
        waiting: Rows in the spool.
        complaint: What keeps rows, and not the readings, from the database now, or an empty string.
    """

    stored: int = 0
    refused: int = 0
    lost: int = 0
    waiting: int = 0
    complaint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """What became of the readings committed since the start, and of those that were there before.

    committed + inherited = stored + refused + lost + waiting; all of them count readings only.

    Attributes:
        stored: Readings the database has confirmed.
        stored_late: How many of them had been read back from disk, after an outage or a stop.
        refused: Readings the database refused, each of them a dead letter.
        waiting: Readings in the spool, this run's and what earlier runs left.
        backlog: How many of those are to be read back from disk, newer ones going first.
        lost: Readings that the disk lost while they waited; their bytes are set aside.
        inherited: Readings that earlier runs left in the spool, counted at the start.
        waiting_bytes: Size of what waits on disk.
        complaint: What keeps readings from the database now, for a person, or an empty string.
        rows: What became of what was derived from readings.
    """

    stored: int
    refused: int
    waiting: int
    stored_late: int = 0
    backlog: int = 0
    lost: int = 0
    inherited: int = 0
    waiting_bytes: int = 0
    complaint: str = ""
    rows: RowsState = RowsState()


class ReadingSink(Protocol):
    """Keeps readings."""

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Make readings durable on this machine; when it returns they survive any crash.

        Commits are made one after the other, never concurrently. A reading is identified by
        kind, site, device and timestamp: committing it again changes nothing, and two readings
        of one identity merge their fields, the later value winning.

        Raises:
            SpoolFull: Nothing of these frames was committed; try again when there is room.
        """
        ...


class RowSink(Protocol):
    """Keeps what is derived from readings."""

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Make rows durable on this machine; when it returns they survive any crash.

        Several tasks may do so at the same time, and while readings are committed. A row is
        identified by measurement, tags and timestamp: committing it again changes nothing, and
        the row committed last stays. It is committed whole: values that it lacks and that the one
        before had may stay or go.

        Raises:
            SpoolFull: There is no room; some of the rows may be committed nevertheless.
        """
        ...


class Store(ReadingSink, RowSink, AbstractAsyncContextManager["Store"], Protocol):
    """Keeps readings and rows. Entering opens it and starts its work, leaving closes it in order.

    Leaving never loses anything: what is not in the database by then stays durable on disk and
    goes there in the next run.
    """

    def state(self) -> StoreState:
        """Return the counts of this run; cheap, no I/O."""
        ...

    async def drain(self) -> None:
        """Return once nothing waits any more; the caller sets the deadline."""
        ...

    async def caught_up(self) -> None:
        """Return once every reading committed before this call is in the database or refused.

        That takes as long as the database is away; the caller sets the deadline.
        """
        ...

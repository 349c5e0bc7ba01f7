"""InfluxDB 2 behind spools: committed means on this disk, shipped in its own time."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from ingest.core.frame import Frame
from ingest.core.line_protocol import encode
from ingest.core.row_lines import encode_rows
from ingest.core.rows import Bucket, Rows
from ingest.settings_stores import InfluxdbSettings, StoreSettings
from ingest.stores.base import RowsState, Store, StoreState
from ingest.stores.channel import Channel, ChannelPlan
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.shipper import Refuse
from ingest.text import MIB

ROWS_MEMORY_BYTES = 8 * MIB

log = logging.getLogger(__name__)


class InfluxdbStore(Store):
    """Implements `Store` with three channels, so that none holds up or miscounts another.

    Readings have one, rows beside them in the raw bucket the second, and rollups the third. A
    failure nobody foresaw in the shipping cancels the task that entered the store, and comes out
    of the `async with` as an exception group.
    """

    def __init__(self, settings: StoreSettings, refuse: Refuse) -> None:
        """Prepare; entering opens the spools.

        Args:
            settings: Spool and database.
            refuse: Sets lines of readings aside that the database refused, durably.
        """
        self._readings = Channel(
            ChannelPlan(
                name="readings",
                influxdb=settings.influxdb,
                bucket_key="bucket",
                spool=settings.spool,
                refuse=refuse,
                live_first=True,
            )
        )
        self._rows = {
            Bucket.RAW: Channel(_rows_plan(settings, "derived", "bucket")),
            Bucket.ROLLUP: Channel(_rows_plan(settings, "rollups", "rollup_bucket")),
        }
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the spools and begin to ship.

        Raises:
            ConfigError: A spool's folder or the token's file cannot be used.
        """
        async with AsyncExitStack() as stack:
            for channel in (self._readings, *self._rows.values()):
                await stack.enter_async_context(channel)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Make readings durable in the spool.

        Raises:
            SpoolFull: Nothing of these frames was committed; try again when there is room.
            OSError: The disk failed, and what is durable of these frames is not known.
        """
        lines = b"".join([encode(frame) for frame in frames])
        await self._readings.append(lines, sum(len(frame) for frame in frames))

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Make rows durable in the spool of their bucket.

        Raises:
            SpoolFull: There is no room; rows of another bucket may be committed.
            OSError: The disk failed, and what is durable of these rows is not known.
        """
        for bucket, channel in self._rows.items():
            there = [each for each in rows if each.bucket is bucket]
            if there:
                # A minute's windows of all devices at once: beside the event loop.
                lines = await asyncio.to_thread(_encoded, there)
                await channel.append(lines, sum(len(each) for each in there))

    def state(self) -> StoreState:
        """Return the counts of this run."""
        spool, shipper = self._readings.spool, self._readings.shipper
        return StoreState(
            stored=shipper.progress.stored,
            stored_late=shipper.progress.stored_late,
            refused=shipper.progress.refused,
            lost=shipper.progress.lost,
            waiting=spool.waiting,
            backlog=spool.backlog,
            inherited=spool.inherited,
            waiting_bytes=spool.waiting_bytes,
            complaint=shipper.trouble.complaint,
            rows=self._rows_state(),
        )

    def _rows_state(self) -> RowsState:
        channels = self._rows.values()
        # A database that is away need not be told once for each channel.
        complaints = [channel.shipper.trouble.complaint for channel in channels]
        complaint = next(filter(None, complaints), "")
        if self._readings.shipper.trouble.complaint:
            complaint = ""
        return RowsState(
            stored=sum(channel.shipper.progress.stored for channel in channels),
            refused=sum(channel.shipper.progress.refused for channel in channels),
            lost=sum(channel.shipper.progress.lost for channel in channels),
            waiting=sum(channel.spool.waiting for channel in channels),
            complaint=complaint,
        )

    async def drain(self) -> None:
        """Return once nothing waits any more, neither readings nor rows."""
        for channel in (self._readings, *self._rows.values()):
            await channel.shipper.drain()

    async def caught_up(self) -> None:
        """Return once every reading committed before this call is in the database or refused."""
        await self._readings.shipper.shipped(self._readings.spool.next_point)


async def check(settings: InfluxdbSettings) -> None:
    """Find out whether InfluxDB is there and would take lines, without writing any.

    Raises:
        ConfigError: The token's file cannot be used.
        StoreBusy: It cannot be reached, or is not well.
        StoreDenied: The token, the organisation or the bucket is wrong; the message names the
            key to change.
    """
    async with InfluxdbApi(settings) as api:
        await api.check()


def _encoded(rows: Sequence[Rows]) -> bytes:
    return b"".join([encode_rows(each) for each in rows])


def _rows_plan(settings: StoreSettings, name: str, bucket_key: str) -> ChannelPlan:
    influxdb = settings.influxdb
    if bucket_key == "rollup_bucket":
        influxdb = influxdb.for_rollups()
    return ChannelPlan(
        name=name,
        # In order, one call at a time: an early value that its final one overtook would stay.
        influxdb=influxdb.model_copy(update={"in_flight": 1}),
        bucket_key=bucket_key,
        spool=settings.spool.beside(name),
        refuse=_log_refused,
        memory_bytes=ROWS_MEMORY_BYTES,
    )


async def _log_refused(lines: Sequence[bytes], _message: str) -> None:
    """Keep nothing: what is derived can be derived again, and sent again would be refused again."""
    log.warning("refused rows are not kept; the first was: %s", lines[0].decode().rstrip())

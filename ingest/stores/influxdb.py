"""InfluxDB 2 behind a spool: committed means on this disk, shipped in its own time."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from ingest.core.frame import Frame
from ingest.core.line_protocol import encode
from ingest.settings import InfluxdbSettings, StoreSettings
from ingest.spool.spool import Spool
from ingest.stores.base import Store, StoreState
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.shipper import Refuse, Shipper

P = ParamSpec("P")
T = TypeVar("T")


class InfluxdbStore(Store):
    """Implements `Store`.

    A failure nobody foresaw in the shipping cancels the task that entered the store, and comes
    out of the `async with` as an exception group.
    """

    def __init__(self, settings: StoreSettings, refuse: Refuse) -> None:
        """Prepare; entering opens the spool.

        Args:
            settings: Spool and database.
            refuse: Sets lines aside that the database refused, durably.
        """
        self._settings = settings
        self._refuse = refuse
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the spool and begin to ship.

        Raises:
            ConfigError: The spool's folder or the token's file cannot be used.
        """
        async with AsyncExitStack() as stack:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="ingest.spool")
            stack.push_async_callback(asyncio.to_thread, self._writer.shutdown)
            self._spool = await self._in_writer(Spool, self._settings.spool)
            stack.push_async_callback(self._in_writer, self._spool.close)
            api = await stack.enter_async_context(InfluxdbApi(self._settings.influxdb))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            self._shipper = Shipper(self._spool, api, self._settings.influxdb, self._refuse)
            self._shipper.start(tasks)
            stack.push_async_callback(self._shipper.stop)
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
        await self._in_writer(self._spool.append, lines, sum(len(frame) for frame in frames))
        self._shipper.notify()

    def state(self) -> StoreState:
        """Return the counts of this run."""
        progress = self._shipper.progress
        return StoreState(
            stored=progress.stored,
            refused=progress.refused,
            lost=progress.lost,
            waiting=self._spool.waiting,
            inherited=self._spool.inherited,
            waiting_bytes=self._spool.waiting_bytes,
            complaint=self._shipper.trouble.complaint,
        )

    async def drain(self) -> None:
        """Return once nothing waits any more."""
        await self._shipper.drain()

    async def _in_writer(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, partial(call, *args, **kwargs))


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

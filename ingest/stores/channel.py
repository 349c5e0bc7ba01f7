"""The way into one bucket of InfluxDB: a spool makes lines durable, a shipper empties it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from ingest.settings_stores import InfluxdbSettings, SpoolSettings
from ingest.spool.spool import MEMORY_BYTES, Spool
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.shipper import Refuse, Shipper

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """What makes channels differ.

    Attributes:
        name: What goes through it, for names of threads and tasks.
        influxdb: The server; `bucket` is where the lines go.
        bucket_key: Setting that names the bucket, within `store.influxdb`.
        spool: Folder and limit; no other channel has the same folder.
        refuse: Sets lines aside that the database refused, durably.
        memory_bytes: How much of what was appended last is kept in memory for the shipper.
        live_first: Whether lines that have just come overtake an older backlog.
    """

    name: str
    influxdb: InfluxdbSettings
    bucket_key: str
    spool: SpoolSettings
    refuse: Refuse
    memory_bytes: int = MEMORY_BYTES
    live_first: bool = False


class Channel:
    """Lines on their way to a bucket; entering begins to ship, leaving keeps the rest on disk.

    A failure nobody foresaw in the shipping cancels the task that entered, and comes out of the
    `async with` as an exception group.

    Attributes:
        spool: What was appended and is not yet in the database.
        shipper: Brings it there.
    """

    spool: Spool
    shipper: Shipper

    def __init__(self, plan: ChannelPlan) -> None:
        self._plan = plan
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the spool and begin to ship.

        Raises:
            ConfigError: The spool's folder or the token's file cannot be used.
        """
        plan = self._plan
        async with AsyncExitStack() as stack:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"ingest.spool.{plan.name}")
            stack.push_async_callback(asyncio.to_thread, self._writer.shutdown)
            self.spool = await self._in_writer(
                Spool,
                plan.spool,
                memory_bytes=plan.memory_bytes,
                live_first=plan.live_first,
            )
            stack.push_async_callback(self._in_writer, self.spool.close)
            api = await stack.enter_async_context(InfluxdbApi(plan.influxdb, plan.bucket_key))
            tasks = await stack.enter_async_context(asyncio.TaskGroup())
            self.shipper = Shipper(
                self.spool,
                api,
                plan.influxdb,
                plan.refuse,
                name=plan.name,
                live_first=plan.live_first,
            )
            self.shipper.start(tasks)
            stack.push_async_callback(self.shipper.stop)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def append(self, lines: bytes, count: int) -> None:
        """Make lines durable in the spool; any number of tasks may do so.

        Raises:
            SpoolFull: There is no room; nothing was appended.
            OSError: The disk failed, and what is durable of these lines is not known.
        """
        await self._in_writer(self.spool.append, lines, count)
        self.shipper.notify()

    async def _in_writer(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._writer, partial(call, *args, **kwargs))

"""The embedded store: a DuckDB file, one table a kind, timestamps in UTC.

While the service runs, DuckDB lets no other process open the file, not even to read; stop the
service, or copy the file, to look into it from elsewhere.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from ingest.core.frame import Frame
from ingest.core.rows import Rows
from ingest.errors import ConfigError
from ingest.settings_stores import StoreSettings
from ingest.stores.base import RowsState, Store, StoreState
from ingest.stores.raw import RawReader

if TYPE_CHECKING:
    from ingest.stores.duckdb_file import DuckdbFile

NOT_INSTALLED = (
    "store.kind: duckdb needs a package that is not installed: pip install 'snowgrid[embedded]'"
)

P = ParamSpec("P")
T = TypeVar("T")


class DuckdbStore(Store):
    """Implements `Store`: a commit is one transaction, synced to disk, so nothing ever waits."""

    def __init__(self, settings: StoreSettings) -> None:
        """Prepare; entering opens the file."""
        self._path = settings.duckdb.path
        self._stored = self._rows_stored = 0
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Open the file.

        Raises:
            ConfigError: DuckDB is not installed, or the file cannot be opened.
        """
        async with AsyncExitStack() as stack:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix="ingest.duckdb")
            stack.push_async_callback(asyncio.to_thread, self._worker.shutdown)
            self._file = await self._in_worker(open_file, self._path)
            stack.push_async_callback(self._in_worker, self._file.close)
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
        """Merge readings into their tables.

        Raises:
            SpoolFull: The disk has no room; nothing of these frames was committed.
            ConfigError: A table in the file does not fit its kind.
        """
        await self._in_worker(self._file.commit, frames)
        self._stored += sum(len(frame) for frame in frames)

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Put rows into the tables that their measurements name.

        A table at a time, so that readings, which a device waits for, can go in between.

        Raises:
            SpoolFull: The disk has no room; the last of these rows were not committed.
            ConfigError: A table in the file does not fit its rows.
        """
        for each in rows:
            await self._in_worker(self._file.commit_rows, [each])
            self._rows_stored += len(each)

    def state(self) -> StoreState:
        """Return the counts of this run."""
        rows = RowsState(stored=self._rows_stored)
        return StoreState(stored=self._stored, refused=0, waiting=0, rows=rows)

    async def drain(self) -> None:
        """Return at once."""

    async def caught_up(self) -> None:
        """Return at once."""

    async def _in_worker(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, partial(call, *args, **kwargs))


def open_file(path: Path) -> "DuckdbFile":
    """Open a database, creating it where there is none; blocks.

    Raises:
        ConfigError: DuckDB is not installed, or the file cannot be opened.
    """
    try:
        from ingest.stores.duckdb_file import DuckdbFile  # noqa: PLC0415 - optional dependency
    except ModuleNotFoundError as error:
        raise ConfigError(NOT_INSTALLED) from error
    return DuckdbFile(path)


def make_reader(path: Path) -> RawReader:
    """Return a reader of the readings in a database.

    Raises:
        ConfigError: DuckDB is not installed.
    """
    try:
        from ingest.stores.duckdb_reader import DuckdbReader  # noqa: PLC0415 - optional dependency
    except ModuleNotFoundError as error:
        raise ConfigError(NOT_INSTALLED) from error
    return DuckdbReader(path)

"""A browser, and boards that are served to it from a DuckDB file that is being written to."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from functools import partial

import pytest
import pytest_asyncio

from dashboards.readers.duckdb_reader import DuckdbReader
from dashboards.web.server import Address, Shown, serving
from ingest.stores.duckdb_file import DuckdbFile, connect
from tests.browser import Page, browsing
from tests.dashboards.grafana.evening import END_MS
from tests.dashboards.web.browser.boards import BOARDS
from tests.dashboards.web.browser.stored import store_evening
from tests.servers.process import ServerMissing


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DuckdbFile, DuckdbReader]]:
    """A file that holds the tests' evening, open for writing, and its reader."""
    path = tmp_path_factory.mktemp("boards") / "store.duckdb"
    with closing(DuckdbFile(path)) as file:
        store_evening(file)
        yield file, DuckdbReader(partial(connect, path))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def url(store: tuple[DuckdbFile, DuckdbReader]) -> AsyncIterator[str]:
    """Where the boards are served; it is always the end of the evening."""
    _, reader = store
    shown = Shown(boards=[*BOARDS.values()], reader=reader)
    async with serving(shown, Address(), lambda: END_MS) as base_url:
        yield base_url


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def page(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Page]:
    """A tab; where the browser is not installed, skip the test, or fail it on the CI machine."""
    async with AsyncExitStack() as stack:
        try:
            opened = await stack.enter_async_context(browsing(tmp_path_factory.mktemp("chromium")))
        except ServerMissing as missing:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))
        yield opened

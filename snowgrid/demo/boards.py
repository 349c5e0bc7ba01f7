"""Shows the boards in a browser while the demo writes to the database they are read from."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dashboards.errors import CannotRead
from dashboards.readers.duckdb_reader import Connection, DuckdbReader
from dashboards.web.server import Address, Shown, serving
from ingest.clock import wall_clock_ms
from ingest.errors import ConfigError
from ingest.settings_alerts import AlertSettings
from ingest.stores.duckdb_file import connect
from snowgrid.dashboards.boards import boards_of


@asynccontextmanager
async def boards_in_browser(store: Path) -> AsyncIterator[str]:
    """Serve the boards on a free port of this machine; yields the address of the first.

    Args:
        store: DuckDB file that this process writes to.
    """

    def connected() -> Connection:
        try:
            return connect(store)
        except ConfigError as error:
            raise CannotRead(str(error)) from error

    shown = Shown(boards=boards_of(AlertSettings()), reader=DuckdbReader(connected))
    async with serving(shown, Address(), wall_clock_ms) as url:
        yield f"{url}/"

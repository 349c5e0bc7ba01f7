"""The boards of this release, served from a few rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import duckdb

from dashboards.readers.base import Reader
from dashboards.readers.duckdb_reader import DuckdbReader
from dashboards.web.server import Address, Shown, serving
from tests.dashboards.boards.built import BOARDS

NOW_MS = 1_768_600_000_000
HOUR_MS = 3_600_000
LAST_HOUR = {"from_ms": NOW_MS - HOUR_MS, "to_ms": NOW_MS, "width_px": 600}


MADE = """
    CREATE TABLE rack_sensor AS
        SELECT make_timestamp_ms($ms + minute * 60_000) AS ts, 'hall' AS site, 'rack-1' AS device,
               20.0::DOUBLE + minute AS inlet_temperature_c
        FROM range(60) AS minutes (minute);
    CREATE TABLE rack_sensor_1m AS
        SELECT make_timestamp_ms($ms) AS ts, 'hall' AS site, device
        FROM (VALUES ('rack-1'), ('rack-2')) AS racks (device);
    CREATE TABLE rack_sensor_site_1m AS
        SELECT make_timestamp_ms($ms) AS ts, 'hall' AS site;
    CREATE TABLE alert AS
        SELECT make_timestamp_ms($ms + 3_000_000) AS ts, 'hall' AS site, 'rack_sensor' AS kind,
               'rack-1' AS device, 'hot' AS rule, 'firing' AS state, 'warning' AS severity,
               'It is hot.' AS summary, 41.5::DOUBLE AS value, 1.0::DOUBLE AS firing;
"""


def few_rows() -> Reader:
    """Return a reader of two racks, one of which tells its temperature, and of an alert."""
    connection = duckdb.connect()
    for statement in MADE.split(";\n")[:-1]:
        connection.execute(statement, {"ms": NOW_MS - HOUR_MS})
    return DuckdbReader(connection.cursor)


@asynccontextmanager
async def client(reader: Reader | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """Serve all boards, and yield who asks for them."""
    shown = Shown(boards=BOARDS, reader=reader or few_rows())
    async with (
        serving(shown, Address(), lambda: NOW_MS) as url,
        aiohttp.ClientSession(url) as asker,
    ):
        yield asker

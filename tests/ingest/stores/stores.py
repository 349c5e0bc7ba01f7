"""Opening stores in tests."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import SecretStr

from ingest.settings_stores import DuckdbSettings, InfluxdbSettings, SpoolSettings, StoreSettings
from ingest.stores.base import Store
from ingest.stores.influxdb import InfluxdbStore
from ingest.stores.shipper import Refuse
from tests.servers.influxql import Database

DEADLINE_S = 30.0


class Refusals:
    """Takes refused lines, as the dead letters do."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.messages: list[str] = []

    async def __call__(self, lines: Sequence[bytes], message: str) -> None:
        self.lines += lines
        self.messages.append(message)


def influxdb_settings(
    database: Database, *, batch_lines: int = 5_000, in_flight: int = 4, timeout_s: float = 10.0,
    gzip: bool = False, token: str | None = None,
) -> InfluxdbSettings:  # fmt: skip
    return InfluxdbSettings(
        url=database.url,
        org=database.org,
        bucket=database.name,
        rollup_bucket=database.rollups.name,
        token=SecretStr(database.token if token is None else token),
        batch_lines=batch_lines,
        in_flight=in_flight,
        timeout_s=timeout_s,
        gzip=gzip,
    )


def store_settings(folder: Path, influxdb: InfluxdbSettings | None = None) -> StoreSettings:
    return StoreSettings(
        influxdb=influxdb or InfluxdbSettings(),
        spool=SpoolSettings(dir=folder / "spool"),
        duckdb=DuckdbSettings(path=folder / "snowgrid.duckdb"),
    )


def influxdb_store(
    folder: Path, influxdb: InfluxdbSettings, refuse: Refuse | None = None
) -> InfluxdbStore:
    return InfluxdbStore(store_settings(folder, influxdb), refuse or Refusals())


async def drained(store: Store) -> None:
    async with asyncio.timeout(DEADLINE_S):
        await store.drain()


async def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition holds."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - what is awaited happens in another process
            await asyncio.sleep(0.01)


def adds_up(store: Store, committed: int) -> bool:
    state = store.state()
    known = state.stored + state.refused + state.lost + state.waiting
    return known == committed + state.inherited

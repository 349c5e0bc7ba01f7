"""Opens the store that boards are read from."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from dashboards.model.query import Database
from dashboards.readers.base import Reader
from ingest.errors import ConfigError
from ingest.settings_stores import InfluxdbSettings, StoreSettings
from ingest.stores.duckdb import NOT_INSTALLED
from ingest.stores.influxdb_tls import WORDS, make_context

WEB = ("http://", "https://")


def store_named(store: str, settings: StoreSettings) -> StoreSettings:
    """Return the settings of the store that a person typed, or those that are set.

    Args:
        store: A DuckDB file, the URL of an InfluxDB, or an empty string.
        settings: What is set; it knows the token and the buckets.
    """
    if not store:
        return settings
    if store.startswith(WEB):
        influxdb = settings.influxdb.model_copy(update={"url": store})
        return settings.model_copy(update={"kind": "influxdb", "influxdb": influxdb})
    duckdb = settings.duckdb.model_copy(update={"path": Path(store)})
    return settings.model_copy(update={"kind": "duckdb", "duckdb": duckdb})


@asynccontextmanager
async def reading(settings: StoreSettings) -> AsyncIterator[Reader]:
    """Open a store to read boards from, for as long as the context lasts.

    Raises:
        ConfigError: A package is missing, or the token's file.
        CannotRead: The DuckDB file is not there or cannot be opened.
    """
    if settings.kind == "duckdb":
        with _duckdb(settings.duckdb.path) as reader:
            yield reader
    else:
        async with _influxdb(settings.influxdb) as reader:
            yield reader


@contextmanager
def _duckdb(path: Path) -> Iterator[Reader]:
    try:
        from dashboards.readers.duckdb_reader import reading_file  # noqa: PLC0415 - optional
    except ModuleNotFoundError as error:
        raise ConfigError(NOT_INSTALLED) from error
    with reading_file(path) as reader:
        yield reader


@asynccontextmanager
async def _influxdb(settings: InfluxdbSettings) -> AsyncIterator[Reader]:
    from dashboards.readers.influxdb_reader import InfluxdbReader, Server  # noqa: PLC0415 - slow

    server = Server(
        url=settings.url,
        token=settings.read_token() or "",
        databases={Database.RAW: settings.bucket, Database.ROLLUP: settings.rollup_bucket},
        tls=make_context(settings),
        words=WORDS,
    )
    async with InfluxdbReader(server) as reader:
        yield reader

"""The store that `--verify` names."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ingest.errors import ConfigError
from ingest.settings import load_settings
from ingest.stores.raw import RawReader


class StoreToRead(NamedTuple):
    """A store to look into.

    Attributes:
        name: What to call it.
        reader: Makes a reader of it.
    """

    name: str
    reader: Callable[[], RawReader]


def store_to_read(text: str, config: Path | None = None) -> StoreToRead:
    """Return the store that a person named.

    Args:
        text: A DuckDB file, or the URL of an InfluxDB, whose bucket and token are in the settings.
        config: The settings' file.

    Raises:
        ConfigError: There is no such file, or the settings are wrong.
    """
    if text.startswith(("http://", "https://")):
        return _influxdb(text, config)
    path = Path(text)
    if not path.is_file():
        raise ConfigError(f"--verify {text}: want a DuckDB file that exists, or http://host:8086")
    return duckdb_file(path)


def duckdb_file(path: Path) -> StoreToRead:
    """Return a DuckDB file as a store to look into."""

    def reader() -> RawReader:
        from ingest.stores.duckdb_reader import DuckdbReader  # noqa: PLC0415 - optional dependency

        return DuckdbReader(path)

    return StoreToRead(f"DuckDB {path.name}", reader)


def _influxdb(url: str, config: Path | None) -> StoreToRead:
    settings = load_settings(config, {"store.influxdb.url": url}).store.influxdb

    def reader() -> RawReader:
        from ingest.stores.influxdb_reader import InfluxdbReader  # noqa: PLC0415 - only if asked

        return InfluxdbReader(settings)

    return StoreToRead(f"InfluxDB bucket {settings.bucket}", reader)

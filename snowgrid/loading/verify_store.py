"""The store that `--verify` names."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ingest.errors import ConfigError
from ingest.settings import load_settings
from ingest.settings_rollups import RollupSettings
from ingest.stores.raw import RawReader
from snowgrid.loading.window_readers import InfluxdbWindows, WindowReader


class StoreToRead(NamedTuple):
    """A store to look into.

    Attributes:
        name: What to call it.
        reader: Makes a reader of it.
        windows: Makes a reader of its rollups; None where there are none.
        rollups: Settings by which they were made.
        ours: Whether nobody but the load ever wrote into it.
    """

    name: str
    reader: Callable[[], RawReader]
    windows: Callable[[], WindowReader] | None = None
    rollups: RollupSettings = RollupSettings()
    ours: bool = False


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
    return duckdb_file(path, load_settings(config).rollups)


def duckdb_file(
    path: Path, rollups: RollupSettings | None = None, *, ours: bool = False
) -> StoreToRead:
    """Return a DuckDB file as a store to look into.

    Args:
        path: Of the file.
        rollups: Settings of the service that writes it; None for the defaults.
        ours: Whether nobody but the load ever wrote into it.
    """
    settings = rollups or RollupSettings()

    def reader() -> RawReader:
        from ingest.stores.duckdb_reader import DuckdbReader  # noqa: PLC0415 - optional dependency

        return DuckdbReader(path)

    def windows() -> WindowReader:
        from snowgrid.loading.window_duckdb import DuckdbWindows  # noqa: PLC0415 - as above

        return DuckdbWindows(path, settings.tiers)

    return StoreToRead(
        f"DuckDB {path.name}",
        reader,
        windows if settings.enabled else None,
        settings,
        ours,
    )


def _influxdb(url: str, config: Path | None) -> StoreToRead:
    settings = load_settings(config, {"store.influxdb.url": url})
    influxdb, rollups = settings.store.influxdb, settings.rollups

    def reader() -> RawReader:
        from ingest.stores.influxdb_reader import InfluxdbReader  # noqa: PLC0415 - only if asked

        return InfluxdbReader(influxdb)

    return StoreToRead(
        f"InfluxDB bucket {influxdb.bucket}",
        reader,
        partial(InfluxdbWindows, influxdb, rollups.tiers) if rollups.enabled else None,
        rollups,
    )

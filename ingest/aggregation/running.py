"""The rollups of a service, put together from its settings."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from devices.schema import Kind
from ingest.aggregation.aggregation import Aggregation
from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.surroundings import Surroundings
from ingest.aggregation.unsettled import Unsettled
from ingest.settings import Settings
from ingest.settings_stores import StoreSettings
from ingest.stores.base import Store
from ingest.stores.raw import RawReader

FILE = "rollups.json"


@asynccontextmanager
async def aggregating(
    settings: Settings, kinds: Mapping[str, Kind], store: Store, figures: RollupFigures
) -> AsyncIterator[Aggregation]:
    """Make the rollups of a service; leaving without an error writes what is open, for a look.

    Args:
        settings: All of them.
        kinds: Kinds by name.
        store: An open store, which stays open for longer.
        figures: Filled on the way.

    Raises:
        ConfigError: The file of open rollups, or the token's, cannot be used.
    """
    rollups = settings.rollups
    span_ms = rollups.tiers.span_ms
    async with make_reader(settings.store) as reader:
        around = Surroundings(
            kinds=kinds,
            tiers=rollups.tiers,
            store=store,
            reader=reader,
            retention_days=settings.validation.retention_days,
        )
        unsettled = Unsettled(SpanFile(settings.store.own_file(FILE), span_ms), span_ms)
        aggregation = Aggregation(rollups, around, unsettled, figures)
        await aggregation.begin()
        yield aggregation
        await aggregation.finish()


def make_reader(settings: StoreSettings) -> RawReader:
    """Return a reader of the store that the settings name; only its own client is imported.

    Raises:
        ConfigError: The package it needs is not installed.
    """
    if settings.kind == "duckdb":
        from ingest.stores.duckdb import make_reader as make_duckdb_reader  # noqa: PLC0415

        return make_duckdb_reader(settings.duckdb.path)
    from ingest.stores.influxdb_reader import InfluxdbReader  # noqa: PLC0415

    return InfluxdbReader(settings.influxdb)

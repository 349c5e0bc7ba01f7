"""What a scenario runs on: a broker, a service and a store, given or started."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ingest import settings_sources
from ingest.settings import Settings
from ingest.settings_rollups import RollupSettings
from snowgrid.loading.embedded import embedded_stack
from snowgrid.loading.order import BrokerOrder
from snowgrid.loading.perform import Where
from snowgrid.loading.run import Target
from snowgrid.loading.verify_store import StoreToRead, duckdb_file
from snowgrid.scenarios.alert_story import ToldAlert
from snowgrid.servers.store_front import StoreFront

Leave: TypeAlias = Callable[[BrokerOrder], Awaitable[int]]
"""Leaves retained messages at a broker, and returns how many it keeps."""


SETTLING_S = 600.0  # what comes late on a slow machine is late, and not lost


def rollups_of(settings: Mapping[str, object]) -> RollupSettings:
    """Return how a service with these settings, by dotted key, computes rollups.

    Raises:
        ConfigError: They are wrong.
    """
    given = settings_sources.from_options(settings)
    return settings_sources.build(Settings, given).rollups


async def nothing() -> None:
    """Leave the store to whoever runs it."""


def nobody() -> str:
    """Know nothing of a service that others run."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What runs.

    Attributes:
        name: What to call it.
        target: What is loaded.
        store: What is looked into afterwards; None for nothing.
        close_store: Makes the store ready to be read; nothing can be stored afterwards.
        alerts: Tells all alerts that the store holds, once it is closed; None where the store is
            not ours.
        died: Says how the service ended, if it ended by itself; else nothing.
        front: In front of the database; None where it cannot be troubled.
    """

    name: str
    target: Target
    store: StoreToRead | None = None
    close_store: Callable[[], Awaitable[None]] = nothing
    alerts: Callable[[], Awaitable[list[ToldAlert]]] | None = None
    died: Callable[[], str] = nobody
    front: StoreFront | None = None


def given_stage(broker: BrokerOrder, where: Where) -> Stage:
    """Return what a person gave."""
    return Stage(
        name=f"{broker.url}, which was given",
        target=Target(broker=broker, metrics_url=where.metrics_url),
        store=where.verify,
    )


@asynccontextmanager
async def embedded_stage(
    folder: Path, settings: Mapping[str, object], leave: Leave
) -> AsyncIterator[Stage]:
    """Run the broker and the database that come along.

    Args:
        folder: For all files.
        settings: More settings of the service, by dotted key.
        leave: Leaves old state at the broker before the service comes.

    Raises:
        ConfigError: One of them does not start.
    """
    left: list[int] = []

    async def before_service(url: str) -> None:
        left.append(await leave(BrokerOrder(url=url)))

    async with embedded_stack(folder, settings, before_service) as stack:

        async def alerts() -> list[ToldAlert]:
            from snowgrid.scenarios.alerts_in_duckdb import (  # noqa: PLC0415 - optional dependency
                alerts_in_duckdb,
            )

            return alerts_in_duckdb(stack.store)

        yield Stage(
            name="the embedded broker and DuckDB, on this machine",
            target=Target(
                retained=sum(left),
                settling_s=SETTLING_S,
                broker=BrokerOrder(url=stack.broker_url),
                metrics_url=stack.service.metrics_url,
                pids={"broker": [stack.broker_pid], "ingest": [stack.service.process.pid]},
            ),
            store=duckdb_file(stack.store, rollups_of(settings), ours=True),
            close_store=stack.service.stop,
            alerts=alerts,
            died=stack.service.died,
        )

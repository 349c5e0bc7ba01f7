"""What a scenario runs on: a broker, a service and a store, given or started."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from snowgrid.loading.embedded import embedded_stack
from snowgrid.loading.order import BrokerOrder
from snowgrid.loading.perform import Where
from snowgrid.loading.run import Target
from snowgrid.loading.verify_store import StoreToRead, duckdb_file
from snowgrid.scenarios.alert_story import ToldAlert, alerts_in_duckdb
from snowgrid.servers.store_front import StoreFront


async def nothing() -> None:
    """Leave the store to whoever runs it."""


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
        front: In front of the database; None where it cannot be troubled.
    """

    name: str
    target: Target
    store: StoreToRead | None = None
    close_store: Callable[[], Awaitable[None]] = nothing
    alerts: Callable[[], Awaitable[list[ToldAlert]]] | None = None
    front: StoreFront | None = None


def given_stage(broker: BrokerOrder, where: Where) -> Stage:
    """Return what a person gave."""
    return Stage(
        name=f"{broker.url}, which was given",
        target=Target(broker=broker, metrics_url=where.metrics_url),
        store=where.verify,
    )


@asynccontextmanager
async def embedded_stage(folder: Path, settings: Mapping[str, object]) -> AsyncIterator[Stage]:
    """Run the broker and the database that come along.

    Raises:
        ConfigError: One of them does not start.
    """
    async with embedded_stack(folder, settings) as stack:

        async def alerts() -> list[ToldAlert]:
            return alerts_in_duckdb(stack.store)

        yield Stage(
            name="the embedded broker and DuckDB, on this machine",
            target=Target(
                broker=BrokerOrder(url=stack.broker_url),
                metrics_url=stack.service.metrics_url,
                pids={"broker": [stack.broker_pid], "ingest": [stack.service.process.pid]},
            ),
            store=duckdb_file(stack.store),
            close_store=stack.service.stop,
            alerts=alerts,
        )

"""Broker and service for a load that has neither: on loopback, into a DuckDB file."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from snowgrid.demo.broker import HOST, embedded_broker
from snowgrid.loading.service_process import ServiceProcess, service_process

NO_SETTINGS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Broker and service that run.

    Attributes:
        broker_url: Where devices publish.
        store: The DuckDB file; it can be read once the service is stopped.
        broker_pid: Process id of the broker.
        service: The service.
    """

    broker_url: str
    store: Path
    broker_pid: int
    service: ServiceProcess = field(repr=False)


async def _nothing(_url: str) -> None:
    """Leave the broker as it is."""


@asynccontextmanager
async def embedded_stack(
    folder: Path,
    settings: Mapping[str, object] = NO_SETTINGS,
    before_service: Callable[[str], Awaitable[None]] = _nothing,
) -> AsyncIterator[Stack]:
    """Run both for as long as the context lasts.

    Args:
        folder: For the database, the dead letters and the service's log.
        settings: More settings of the service, by dotted key.
        before_service: Is given the broker's URL, and done before the service subscribes.

    Raises:
        ConfigError: One of them does not start.
    """
    store = folder / "load.duckdb"
    async with embedded_broker() as broker:
        url = f"mqtt://{HOST}:{broker.port}"
        await before_service(url)
        own: dict[str, object] = {
            "mqtt.host": HOST,
            "mqtt.port": broker.port,
            "mqtt.client_id": "snowgrid-load",
            "store.kind": "duckdb",
            "store.duckdb.path": store,
        }
        async with service_process(folder, own | dict(settings)) as service:
            yield Stack(
                broker_url=url,
                store=store,
                broker_pid=broker.process.pid,
                service=service,
            )

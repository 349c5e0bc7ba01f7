"""Broker and service for a load that has neither: on loopback, into a DuckDB file."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ConfigError
from ingest.settings_sources import PREFIX
from snowgrid.demo.broker import HOST, embedded_broker, free_port
from snowgrid.loading.service import Service

STARTING_S = 30.0
STOPPING_S = 30.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Broker and service that run.

    Attributes:
        broker_url: Where devices publish.
        metrics_url: Where the service tells of itself.
        store: The DuckDB file; it can be read once the service is stopped.
        broker_pid: Process id of the broker.
        service: Process of the service.
    """

    broker_url: str
    metrics_url: str
    store: Path
    broker_pid: int
    service: Process

    async def stop_service(self) -> None:
        """Stop the service in order, which closes the store."""
        if self.service.returncode is None:
            self.service.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOPPING_S):
                await self.service.wait()
        except TimeoutError:
            self.service.kill()
            await self.service.wait()


@asynccontextmanager
async def embedded_stack(folder: Path) -> AsyncIterator[Stack]:
    """Run both for as long as the context lasts.

    Args:
        folder: For the database, the dead letters and the service's log.

    Raises:
        ConfigError: One of them does not start.
    """
    async with embedded_broker() as broker:
        http_port = free_port()
        store = folder / "load.duckdb"
        service = await _start_service(folder, broker.port, http_port, store)
        stack = Stack(
            broker_url=f"mqtt://{HOST}:{broker.port}",
            metrics_url=f"http://{HOST}:{http_port}/metrics",
            store=store,
            broker_pid=broker.process.pid,
            service=service,
        )
        try:
            await _until_subscribed(stack, folder / "service.log")
            yield stack
        finally:
            await stack.stop_service()


async def _start_service(folder: Path, broker_port: int, http_port: int, store: Path) -> Process:
    with (folder / "service.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "snowgrid",
            "ingest",
            cwd=folder,  # where there is no snowgrid.toml
            env=_environment(folder, broker_port, http_port, store),
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the command, which needs the service until then
        )


def _environment(folder: Path, broker_port: int, http_port: int, store: Path) -> Mapping[str, str]:
    """Return the settings of the service; what is set for another one has no say in them."""
    others = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return others | {
        f"{PREFIX}MQTT__HOST": HOST,
        f"{PREFIX}MQTT__PORT": str(broker_port),
        f"{PREFIX}MQTT__CLIENT_ID": "snowgrid-load",
        f"{PREFIX}STORE__KIND": "duckdb",
        f"{PREFIX}STORE__DUCKDB__PATH": str(store),
        f"{PREFIX}DEADLETTERS__DIR": str(folder / "deadletters"),
        f"{PREFIX}HTTP__HOST": HOST,
        f"{PREFIX}HTTP__PORT": str(http_port),
    }


async def _until_subscribed(stack: Stack, log: Path) -> None:
    deadline_s = time.monotonic() + STARTING_S
    async with Service(stack.metrics_url, time.monotonic) as service:
        while time.monotonic() < deadline_s and stack.service.returncode is None:
            if await service.subscribed():
                return
            await asyncio.sleep(POLL_S)
    raise ConfigError(f"the service does not start: {_last_line(log)}")


def _last_line(log: Path) -> str:
    said = log.read_text(errors="replace").strip().splitlines()
    return said[-1] if said else "it says nothing"

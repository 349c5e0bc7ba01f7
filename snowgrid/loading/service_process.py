"""The service as a process of its own, for a load that brings one along."""

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
from ingest.settings_sources import PREFIX, variable_of
from snowgrid.demo.broker import HOST, free_port
from snowgrid.loading.service import Service

STARTING_S = 30.0
STOPPING_S = 30.0
POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceProcess:
    """A service that runs.

    Attributes:
        process: Its process.
        metrics_url: Where it tells of itself.
        log: File that it logs into.
    """

    process: Process
    metrics_url: str
    log: Path

    def died(self) -> str:
        """Say how it ended, if it has ended without being stopped; else nothing."""
        code = self.process.returncode
        if not code:
            return ""
        return f"the service ended by itself (exit code {code}); it said last: {_last(self.log)}"

    async def stop(self) -> None:
        """Stop it in order, which closes an embedded store; does nothing if it has ended."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOPPING_S):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def service_process(
    folder: Path, settings: Mapping[str, object]
) -> AsyncIterator[ServiceProcess]:
    """Run a service for as long as the context lasts; it has subscribed when it begins.

    Args:
        folder: For its dead letters, its spool and its log.
        settings: By dotted key, those of broker and store among them. What is set in the
            environment for another service has no say.

    Raises:
        ConfigError: It does not start; the message ends with what it said last.
    """
    http_port = free_port()
    own: dict[str, object] = {
        "deadletters.dir": folder / "deadletters",
        "store.spool.dir": folder / "spool",
        "http.host": HOST,
        "http.port": http_port,
    }
    log = folder / "service.log"
    service = ServiceProcess(
        process=await _start(folder, log, own | dict(settings)),
        metrics_url=f"http://{HOST}:{http_port}/metrics",
        log=log,
    )
    try:
        await _until_subscribed(service)
        yield service
    finally:
        await service.stop()


async def _start(folder: Path, log: Path, settings: Mapping[str, object]) -> Process:
    others = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    with log.open("wb") as stream:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "snowgrid",
            "ingest",
            cwd=folder,  # where there is no snowgrid.toml
            env=others | {variable_of(key): str(value) for key, value in settings.items()},
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # Ctrl-C is for the command, which needs the service until then
        )


async def _until_subscribed(started: ServiceProcess) -> None:
    deadline_s = time.monotonic() + STARTING_S
    async with Service(started.metrics_url, time.monotonic) as service:
        while time.monotonic() < deadline_s and started.process.returncode is None:
            if await service.subscribed():
                return
            await asyncio.sleep(POLL_S)
    raise ConfigError(f"the service does not start: {_last(started.log)}")


def _last(log: Path) -> str:
    said = log.read_text(errors="replace").strip().splitlines()
    return said[-1] if said else "it says nothing"

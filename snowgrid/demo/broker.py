"""An MQTT broker that comes with the package: rumqttd, in a process of its own.

What it holds is in memory only, so a broker that died is not started again: messages that it had
acknowledged and not yet forwarded would be missing without anybody noticing.
"""

import asyncio
import socket
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import ConfigError

HOST = "127.0.0.1"
STARTING_S = 10.0
STOPPING_S = 3.0
POLL_S = 0.02
ATTEMPTS = 3  # somebody else may take the free port first

# A payload of 16 MiB, far above what the service takes, is rejected there and not here. The log
# of messages, 64 MiB at the most, is an hour of the largest fleet that a terminal is fit for.
CONFIG = """
id = 0
[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = 200
max_segment_size = 8388608
max_segment_count = 8
[v5.1]
name = "v5"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 10000
max_payload_size = 16777216
max_inflight_count = 1000
dynamic_filters = true
"""


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """A broker that runs.

    Attributes:
        port: On `HOST`.
        process: Its process.
    """

    port: int
    process: Process


@asynccontextmanager
async def embedded_broker() -> AsyncIterator[EmbeddedBroker]:
    """Run a broker on a free loopback port for as long as the context lasts.

    Raises:
        ConfigError: It does not start; the message holds what it said.
    """
    # Gone as soon as the broker runs, so that not even a kill leaves anything behind.
    with tempfile.TemporaryDirectory(prefix="snowgrid-broker-") as folder:
        broker = await _start(Path(folder))
    try:
        yield broker
    finally:
        await _end(broker.process)


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.create_server((HOST, 0)) as server:
        port: int = server.getsockname()[1]
    return port


async def _start(folder: Path) -> EmbeddedBroker:
    config, output = folder / "broker.toml", folder / "output"
    for _ in range(ATTEMPTS):
        port = free_port()
        config.write_text(CONFIG.format(host=HOST, port=port), encoding="utf-8")
        process = await _launch(config, output)
        try:
            if await _listens(process, port):
                return EmbeddedBroker(port, process)
        except BaseException:
            await _end(process)
            raise
        await _end(process)
    said = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    raise ConfigError(f"the embedded broker does not start: {said[-1] if said else 'no answer'}")


async def _launch(config: Path, output: Path) -> Process:
    with output.open("wb") as stream:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "snowgrid.demo.broker_process",
            str(config),
            stdin=PIPE,
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # Ctrl-C is for us; the broker is needed until we are done
        )


async def _listens(process: Process, port: int) -> bool:
    """Wait until it accepts connections; return False if it ends or takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(STARTING_S):
            while process.returncode is None:
                with suppress(OSError):
                    _, writer = await asyncio.open_connection(HOST, port)
                    writer.close()
                    return True
                await asyncio.sleep(POLL_S)
    return False


async def _end(process: Process) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        async with asyncio.timeout(STOPPING_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()

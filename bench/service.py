"""The service and its publisher as processes of their own, and what they can be asked."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from tests.servers.process import free_port
from tests.servers.victoria_metrics import VictoriaMetrics

POLL_S = 0.25  # each look costs the service some milliseconds
ANY_TOKEN = "bench"  # noqa: S105 - the databases of the bench take any
MOST_S = 300.0

Settings = Mapping[str, object]


def into_influxdb(store: VictoriaMetrics) -> Settings:
    """Return the settings of a service that ships to this database."""
    return {"store.kind": "influxdb", "store.influxdb.url": store.url}


def into_duckdb(folder: Path) -> Settings:
    """Return the settings of a service that writes a file."""
    return {"store.kind": "duckdb", "store.duckdb.path": folder / "bench.duckdb"}


class Broker(Protocol):
    """Where a service subscribes."""

    @property
    def host(self) -> str:
        """Its host."""

    @property
    def port(self) -> int:
        """Its port."""


class Ingest:
    """A `snowgrid ingest` between the broker and a database; it runs inside the context.

    Args:
        broker: Where it subscribes.
        folder: Of spool and dead letters.
        settings: More of them, by dotted key.
        secret: For the database.
    """

    def __init__(
        self, broker: Broker, folder: Path, settings: Settings, *, secret: str = ANY_TOKEN
    ) -> None:
        self._port = free_port()
        given = {
            "mqtt.host": broker.host,
            "mqtt.port": broker.port,
            "store.spool.dir": folder / "spool",
            "deadletters.dir": folder / "deadletters",
            "http.port": self._port,
            "log.level": "warning",
            **settings,
        }
        options = [word for key, value in given.items() for word in ("-s", f"{key}={value}")]
        self._environment = {**os.environ, "SNOWGRID_STORE__INFLUXDB__TOKEN": secret}
        self._command = [sys.executable, "-m", "snowgrid", "ingest", *options]
        self._running: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Process id, for measurements."""
        return self._process.pid

    @property
    def metrics_url(self) -> str:
        """Where it tells of itself."""
        return f"http://127.0.0.1:{self._port}/metrics"

    def metrics(self) -> dict[str, float]:
        """Return the service's counters, or nothing while it starts."""
        try:
            with urllib.request.urlopen(self.metrics_url, timeout=MOST_S) as answer:  # noqa: S310 - http
                lines = answer.read().decode().splitlines()
        except OSError:
            return {}
        pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def wait_for(self, name: str, value: float) -> float:
        """Return the moment at which a metric has reached a value."""
        deadline = time.perf_counter() + MOST_S
        while self.metrics().get(name, 0.0) < value:
            if self._process.poll() is not None or time.perf_counter() > deadline:
                raise SystemExit(f"snowgrid ingest: {name} did not reach {value:g}")
            time.sleep(POLL_S)
        return time.perf_counter()

    def start(self) -> None:
        """Start it, with the files that an earlier one left."""
        self._running = subprocess.Popen(self._command, env=self._environment)

    def stop(self) -> None:
        """Stop it in order."""
        self._process.terminate()
        self._process.wait(MOST_S)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(MOST_S)

    @property
    def _process(self) -> subprocess.Popen[bytes]:
        if self._running is None:
            raise RuntimeError("snowgrid ingest was not started")
        return self._running


def start(module: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a program of the bench and wait until it is ready."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    if not process.stdout or process.stdout.readline().strip() != "ready":
        process.kill()
        raise SystemExit(f"{module} did not start")
    return process


def send(publisher: subprocess.Popen[str]) -> None:
    """Let a publisher begin."""
    assert publisher.stdin  # noqa: S101 - it was opened as a pipe
    publisher.stdin.write("go\n")
    publisher.stdin.flush()


def finish(process: subprocess.Popen[str]) -> dict[str, float]:
    """Wait for a program and return what it printed."""
    out, _ = process.communicate(timeout=MOST_S)
    printed: dict[str, float] = json.loads(out.strip().splitlines()[-1])
    return printed

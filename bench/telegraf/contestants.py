"""Who takes part: Snowgrid as it comes, Snowgrid that only stores as Telegraf does, Telegraf."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

from bench.service import Ingest, Settings
from bench.telegraf.agent import Telegraf
from bench.telegraf.configuration import Output, Tuning, text
from tests.servers.mosquitto import Mosquitto

KIND, FIELD = "smart_meter", "voltage_l1_v"
BROKER_LOG = ("log_type subscribe",)  # tells when somebody has subscribed
CONNECT_S = 60.0
POLL_S = 0.05
STORING_ONLY: Settings = {"rollups.enabled": "false", "alerts.enabled": "false"}


class Running(Protocol):
    """A process that can be started, ended and started again with what it left."""

    @property
    def pid(self) -> int:
        """Process id, once it was started."""

    def start(self) -> None:
        """Start it."""

    def stop(self) -> None:
        """End it in order."""

    def kill(self) -> None:
        """End it as a power cut would."""


class Contestant:
    """Takes readings from a broker into a store, as a process of its own.

    Inside its context it has subscribed, with a session that outlives it.

    Args:
        name: As the tables call it.
        client_id: Its session at the broker.
        broker: Where it subscribes; it logs subscriptions.
        process: What does the work.
    """

    def __init__(self, name: str, client_id: str, broker: Mosquitto, process: Running) -> None:
        self.name = name
        self.process = process
        self._client_id = client_id
        self._broker = broker

    def __enter__(self) -> Self:
        self.process.start()
        try:
            self._wait_for(f": {self._client_id} 1 telemetry/", 1)
        except SystemExit:
            self.process.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stop()

    def restart(self) -> None:
        """Start it again, with its session, and return when it has connected."""
        # The broker says so each time; it tells of a subscription only to a new session.
        connected = f" as {self._client_id} ("
        before = self._broker.log.count(connected)
        self.process.start()
        self._wait_for(connected, before + 1)

    def _wait_for(self, words: str, times: int) -> None:
        deadline = time.monotonic() + CONNECT_S
        while self._broker.log.count(words) < times:
            if time.monotonic() > deadline:
                raise SystemExit(f"{self.name} did not connect within {CONNECT_S:g} s")
            time.sleep(POLL_S)


Entrant = Callable[[Path, Mosquitto, Output], Contestant]
"""Makes a contestant whose files are in a new folder, by whose name its session is called."""


def snowgrid(name: str = "Snowgrid", settings: Settings | None = None) -> Entrant:
    """Return what makes a Snowgrid, with its defaults but for these settings."""

    def make(folder: Path, broker: Mosquitto, output: Output) -> Contestant:
        client_id = f"snowgrid-{folder.name}"
        given = {
            "mqtt.client_id": client_id,
            "store.influxdb.url": output.url,
            "store.influxdb.org": output.org,
            "store.influxdb.bucket": output.bucket,
            **(settings or {}),
        }
        process = Ingest(broker, folder, given, secret=output.token)
        return Contestant(name, client_id, broker, process)

    return make


def telegraf(tuning: Tuning) -> Entrant:
    """Return what makes a Telegraf."""

    def make(folder: Path, broker: Mosquitto, output: Output) -> Contestant:
        client_id = f"telegraf-{folder.name}"
        process = Telegraf(folder, text(broker, output, KIND, tuning, client_id))
        return Contestant(f"Telegraf, {tuning}", client_id, broker, process)

    return make

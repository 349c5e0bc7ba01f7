"""The service, in this process or as the process that a deployment runs."""

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError

from prometheus_client.parser import text_string_to_metric_families

from devices.registry import kinds
from ingest.service import new_vitals, serve
from ingest.settings import Settings, load_settings
from ingest.vitals import Vitals
from tests.end_to_end.databases import InInfluxdb, Kept
from tests.eventually import eventually
from tests.servers.process import Server, free_port

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What `/readyz` answers."""

    ready: bool
    failing: dict[str, str]
    notes: list[str]


class Endpoints:
    """The HTTP side of a service.

    Args:
        url: Its base.
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def health(self) -> Health:
        """Ask whether it is ready."""
        try:
            answer = self._get("/readyz")
        except HTTPError as error:
            answer = error.read()
        return Health(**json.loads(answer))

    def metrics(self) -> dict[str, float]:
        """Scrape; labels are in the name as Prometheus writes them: `name{reason="json"}`."""
        families = text_string_to_metric_families(self._get("/metrics").decode())
        return {
            sample.name + "".join(f'{{{key}="{value}"}}' for key, value in sample.labels.items()):
                sample.value
            for family in families
            for sample in family.samples
        }  # fmt: skip

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(self._url + path, timeout=TIMEOUT_S) as answer:
            body: bytes = answer.read()
        return body


class Broker(Protocol):
    """Where a service subscribes."""

    host: str
    port: int


def settings_for(folder: Path, broker: Broker, kept: Kept, **changes: object) -> dict[str, object]:
    """Return the settings of a service whose files are all in `folder`, by dotted key."""
    return {
        "mqtt.host": broker.host,
        "mqtt.port": broker.port,
        "http.port": free_port(),
        "store.spool.dir": folder / "spool",
        "deadletters.dir": folder / "deadletters",
        **kept.settings,
        **{key.replace("__", "."): value for key, value in changes.items()},
    }


def loaded(settings: Mapping[str, object], kept: Kept) -> Settings:
    """Return them as the service wants them."""
    env = {}
    if isinstance(kept, InInfluxdb):
        env["SNOWGRID_STORE__INFLUXDB__TOKEN"] = kept.database.token
    return load_settings(overrides=settings, env=env)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Vitals]:
    """Run the service in this process; it is subscribed at the beginning and stopped at the end."""
    stop, vitals = asyncio.Event(), new_vitals(settings)
    task = asyncio.create_task(serve(settings, kinds(), stop, vitals))
    try:
        await eventually(lambda: vitals.subscribed_since or task.done())
        yield vitals
    finally:
        stop.set()
        await task


async def ready(service: "Ingest") -> None:
    """Return when a service that was started is ready."""
    endpoints = Endpoints(service.url)
    await eventually(lambda: endpoints.health().ready)


class Ingest(Server):
    """`snowgrid ingest` as a process of its own, its files in `folder`.

    Args:
        folder: See `Server`.
        broker: Where it subscribes.
        kept: Where it stores.
        changes: More settings, `mqtt__client_id="other"` for `mqtt.client_id`.
    """

    binary = sys.executable
    package = "snowgrid"

    def __init__(self, folder: Path, broker: Broker, kept: Kept, **changes: object) -> None:
        super().__init__(folder)
        self.settings = settings_for(folder, broker, kept, **changes)
        if isinstance(kept, InInfluxdb):
            folder.mkdir(parents=True, exist_ok=True)
            token_file = folder / "token"
            token_file.touch(mode=0o600)
            token_file.write_text(kept.database.token)
            self.settings["store.influxdb.token_file"] = token_file

    @property
    def url(self) -> str:
        """Base URL of metrics and health."""
        return f"http://{self.host}:{self.port}"

    @property
    def exit_code(self) -> int | None:
        """How it ended, or None while it runs."""
        return None if self._process is None else self._process.poll()

    @property
    def events(self) -> list[dict[str, Any]]:
        """Every line that it has logged so far."""
        return [json.loads(line) for line in self.log.splitlines()]

    def logged(self, beginning: str) -> list[dict[str, Any]]:
        """Return the lines whose event begins like this."""
        return [event for event in self.events if event["event"].startswith(beginning)]

    def signal(self, number: int) -> None:
        """Send a signal and do not wait for what comes of it."""
        if self._process is not None:
            self._process.send_signal(number)

    def _command(self) -> list[str]:
        settings = self.settings | {"http.port": self.port}
        pairs = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
        return ["-m", "snowgrid", "ingest", *pairs]

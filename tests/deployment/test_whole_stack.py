"""The deployed files at work: gateways over TLS, broker, service, database, Alertmanager."""

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from devices.fleets.file import load_fleet
from snowgrid.deployment import layout
from tests.deployment.stack import ROOT, DeployedAlertmanager, DeployedMosquitto, made
from tests.end_to_end.services import Endpoints
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.process import Launch, Server

FLEET = """
name = "valley"
title = "Test"
[[sites]]
name = "valley"
title = "Test"
elevation_m = 100
latitude_deg = 40
longitude_deg = 116
gateways = 2
[[sites.devices]]
kind = "smart_meter"
count = 20
interval_s = 1
"""
HOT = "telemetry/valley/rack_sensor/r-07"


class DeployedIngest(Server):
    """`snowgrid ingest` with `deploy/snowgrid.toml`, told only where things are here.

    Args:
        folder: See `Server`.
        deployment: Folder that `make_secrets` has filled.
        changes: Settings by dotted key.
    """

    binary = sys.executable
    package = "snowgrid"

    def __init__(self, folder: Path, deployment: Path, changes: Mapping[str, object]) -> None:
        super().__init__(folder)
        self._changes = dict(changes)
        text = (ROOT / "deploy/snowgrid.toml").read_text("utf-8")
        for deployed, here in {
            "/run/secrets": deployment / "secrets/ingest",
            "/run/tokens": deployment / "secrets/tokens/ingest",
            "/var/lib/snowgrid": folder,
        }.items():
            assert deployed in text
            text = text.replace(deployed, str(here))
        folder.mkdir()
        self._settings = folder / "snowgrid.toml"
        self._settings.write_text(text)

    def _command(self) -> list[str]:
        settings = self._changes | {"http.port": self.port}
        pairs = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
        return ["-m", "snowgrid", "ingest", "--config", str(self._settings), *pairs]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    path = tmp_path / "valley.toml"
    path.write_text(FLEET)
    return path


@pytest.fixture
def secrets(tmp_path: Path, fleet: Path, influxdb: Database) -> Path:
    """A deployment of the fleet, with the database's token as `setup-influxdb` leaves it."""
    root = tmp_path / "deployment"
    made(root, gateways=load_fleet(fleet).gateways)
    token = root / layout.INGEST_TOKEN
    token.touch(mode=0o600)
    token.write_text(influxdb.token + "\n")
    return root


@pytest.fixture
def broker(tmp_path: Path, launch: Launch, secrets: Path) -> DeployedMosquitto:
    return launch(DeployedMosquitto(tmp_path / "broker", secrets))


@pytest.fixture
def alertmanager(tmp_path: Path, launch: Launch) -> DeployedAlertmanager:
    return launch(DeployedAlertmanager(tmp_path / "alertmanager"))


@pytest.fixture
async def service(
    tmp_path: Path,
    launch: Launch,
    secrets: Path,
    broker: DeployedMosquitto,
    alertmanager: DeployedAlertmanager,
    influxdb: Database,
) -> DeployedIngest:
    """The service, ready."""
    changes = {
        "mqtt.host": "localhost",
        "mqtt.port": broker.service_port,
        "store.influxdb.url": influxdb.url,
        "store.influxdb.org": influxdb.org,
        "store.influxdb.bucket": influxdb.name,
        "store.influxdb.rollup_bucket": influxdb.rollups.name,
        "alerts.alertmanager_url": alertmanager.url,
    }
    running = launch(DeployedIngest(tmp_path / "service", secrets, changes))
    endpoints = Endpoints(f"http://{running.host}:{running.port}")
    await eventually(lambda: endpoints.health().ready)
    return running


def simulate(fleet: Path, broker: DeployedMosquitto) -> SimpleNamespace:
    """Play the fleet for two seconds, every gateway with its own password; return the summary."""
    folder = broker.secrets / "gateways"
    options = ["--ca-file", str(folder / "ca.crt"), "--passwords", str(folder / "passwords")]
    times = ["--duration", "2", "--speed", "10"]
    command = ["simulate", str(fleet), "--broker", broker.url, *options, *times, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "snowgrid", *command],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return SimpleNamespace(**json.loads(done.stdout))


async def heat(broker: DeployedMosquitto) -> None:
    """Say as a gateway that a rack has breathed 35 °C for three minutes, and does."""
    now_ms = time.time_ns() // 1_000_000
    async with broker.gateway("valley.gateway-1") as gateway:
        for ago_s in (180, 120, 60, 0):
            reading = {"ts": now_ms - ago_s * 1_000, "inlet_temperature_c": 35.0}
            await gateway.publish(HOT, json.dumps(reading), qos=1)


async def test_readings_and_alerts_flow_from_gateways_to_database_and_alertmanager(
    fleet: Path,
    broker: DeployedMosquitto,
    service: DeployedIngest,
    alertmanager: DeployedAlertmanager,
    influxdb: Database,
):
    summary = await asyncio.to_thread(simulate, fleet, broker)
    assert summary.refused == 0
    assert summary.published == summary.made
    published = summary.published["smart_meter"]
    assert published > 0
    await eventually(lambda: influxdb.count("smart_meter") == published)

    await heat(broker)
    await eventually(lambda: _hot(alertmanager))
    assert _hot(alertmanager)[0]["status"]["state"] == "active"
    async with broker.ingest() as listener:
        await listener.subscribe("alert/#", qos=1)
        async for message in listener.messages:
            if "rack-inlet-hot" in str(message.topic):
                break
    assert "refuse" not in service.log
    assert influxdb.token not in service.log


async def test_what_grafana_finds_too_is_told_once(
    broker: DeployedMosquitto, service: DeployedIngest, alertmanager: DeployedAlertmanager
):
    assert service.running
    await heat(broker)
    await eventually(lambda: _hot(alertmanager))
    labels = _hot(alertmanager)[0]["labels"] | {
        "evaluated_by": "grafana",
        "grafana_folder": "Snowgrid critical",
    }
    alone = {**labels, "device": "r-08"}
    _tell(alertmanager, labels)
    _tell(alertmanager, alone)

    def states() -> dict[str, str]:
        found = alertmanager.alerts(filter='evaluated_by="grafana"')
        return {alert["labels"]["device"]: alert["status"]["state"] for alert in found}

    await eventually(lambda: states() == {"r-07": "suppressed", "r-08": "active"})


def _hot(alertmanager: DeployedAlertmanager) -> list[dict[str, dict[str, str]]]:
    found = alertmanager.alerts(filter='evaluated_by=""')
    wanted = {"alertname": "rack-inlet-hot", "device": "r-07", "severity": "critical"}
    return [alert for alert in found if wanted.items() <= alert["labels"].items()]


def _tell(alertmanager: DeployedAlertmanager, labels: Mapping[str, str]) -> None:
    alert = {"labels": labels, "startsAt": datetime.now(UTC).isoformat()}
    request = urllib.request.Request(
        f"{alertmanager.url}/api/v2/alerts",
        json.dumps([alert]).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 200

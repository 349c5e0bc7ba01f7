"""Everything runs with secrets that are easy to find, and nothing that it says holds one."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from typer.testing import CliRunner

from devices.gateways.broker import broker_address
from snowgrid.__main__ import app
from snowgrid.deployment.certificates import Issued
from snowgrid.deployment.influxdb_api import Onboarding
from snowgrid.deployment.influxdb_models import Authorization
from snowgrid.deployment.influxdb_setup import InfluxdbWish
from snowgrid.loading.order import BrokerOrder
from tests.end_to_end.databases import InInfluxdb
from tests.end_to_end.services import Ingest, ready
from tests.eventually import eventually
from tests.servers.facade import Facade
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

PASSWORD, WRONG_PASSWORD = "hush-the-password", "hush-no-password"
WRONG_TOKEN, KEY = "hush-no-token", "hush-the-key"
SECRETS = (PASSWORD, WRONG_PASSWORD, WRONG_TOKEN, KEY, Facade.token)
USER = "ingest"
PAGES = ("/metrics", "/readyz", "/healthz", "/alerts", "/alerts/explain?rule=x&site=y")


def given_away(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


@pytest.fixture
def broker(launch: Launch, tmp_path: Path) -> Mosquitto:
    return launch(Mosquitto(tmp_path / "broker", users={USER: PASSWORD}))


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment, without settings that others left in it."""
    for name in [name for name in os.environ if name.startswith("SNOWGRID_")]:
        monkeypatch.delenv(name)
    return monkeypatch


def secret_file(path: Path, text: str) -> Path:
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def asked(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            body: bytes = answer.read()
    except urllib.error.HTTPError as error:
        body = error.read()
    return body.decode()


def commands_below(pid: int) -> Iterator[str]:
    """The command lines of a process and of all that it started."""
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        yield " ".join(each.cmdline())


async def said(arguments: list[str], folder: Path) -> str:
    """Run a command to its end, and return all it printed and its command lines meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "snowgrid", *arguments),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    talking = asyncio.create_task(process.communicate())
    commands: set[str] = set()
    while not (await asyncio.wait([talking], timeout=0.1))[0]:
        with suppress(psutil.NoSuchProcess):
            commands |= set(commands_below(process.pid))
    printed, _ = talking.result()
    return "\n".join([printed.decode(), *commands])


@pytest.mark.parametrize("right", [True, False])
async def test_the_service_gives_no_secret_away(
    launch: Launch,
    tmp_path: Path,
    broker: Mosquitto,
    influxdb: Database,
    clean: pytest.MonkeyPatch,
    right: bool,  # noqa: FBT001 - a parameter
):
    clean.setenv("SNOWGRID_MQTT__PASSWORD", PASSWORD if right else WRONG_PASSWORD)
    clean.setenv("SNOWGRID_LOG__LEVEL", "debug")
    service = Ingest(tmp_path / "service", broker, InInfluxdb(influxdb), mqtt__username=USER)
    if not right:
        secret_file(tmp_path / "service/token", WRONG_TOKEN)
    launch(service)
    if right:
        await ready(service)
    else:
        await eventually(lambda: "NOT_AUTHORIZED" in asked(f"{service.url}/readyz"))
    pages = [asked(service.url + page) for page in PAGES]
    commands = list(commands_below(service.pid))
    service.stop()
    assert service.log
    assert given_away("\n".join([service.log, *pages, *commands])) == []


async def test_no_publisher_gives_a_secret_away(
    tmp_path: Path, broker: Mosquitto, clean: pytest.MonkeyPatch
):
    clean.setenv("SNOWGRID_MQTT__PASSWORD", PASSWORD)
    wrong = secret_file(tmp_path / "wrong-password", WRONG_PASSWORD)
    url = f"mqtt://{USER}@{broker.host}:{broker.port}"
    small = "--rate 20 --duration 1 --warmup 0 --devices 5 --connections 2 --json load.json"
    refused = f"--password-file {wrong} --duration 1"
    outputs = await asyncio.gather(
        said(["load", "--broker", url, *small.split()], tmp_path),
        said(["simulate", "langfang", "--broker", url, *refused.split()], tmp_path),
    )
    report = (tmp_path / "load.json").read_text()
    assert json.loads(report)
    assert "Not authorized" in outputs[1]
    assert given_away("\n".join([*outputs, report])) == []


def test_no_command_gives_a_secret_away(
    tmp_path: Path, broker: Mosquitto, influxdb: Database, clean: pytest.MonkeyPatch
):
    clean.chdir(tmp_path)
    wrong = secret_file(tmp_path / "wrong-password", WRONG_PASSWORD)
    key = secret_file(tmp_path / "key.pem", KEY)
    here = {
        "MQTT__HOST": broker.host,
        "MQTT__PORT": str(broker.port),
        "MQTT__USERNAME": USER,
        "STORE__KIND": "influxdb",
        "STORE__INFLUXDB__URL": influxdb.url,
    }
    tls = {"MQTT__TLS__ENABLED": "true", "MQTT__TLS__CERT_FILE": key, "MQTT__TLS__KEY_FILE": key}
    setup = ["setup-influxdb", "--url", influxdb.url, "--admin-token-file", str(wrong)]
    told = [
        outcome(["check"], here | {"MQTT__PASSWORD": PASSWORD}),
        outcome(["check"], here | {"STORE__INFLUXDB__TOKEN": WRONG_TOKEN}),
        outcome(["check"], here | {"MQTT__PASSWORD": WRONG_PASSWORD}),
        outcome(["check"], here | {"MQTT__PASSWORD": PASSWORD, **tls}),
        outcome(setup, {}),
    ]
    for text, part in zip(
        told,
        ("connected as", "401", "NOT_AUTHORIZED", "no certificate and its key", "401"),
        strict=True,
    ):
        assert part in text
    assert given_away("\n".join(told)) == []


def outcome(command: list[str], environment: Mapping[str, object]) -> str:
    """Run a command in this process, and return all that it said."""
    env = {f"SNOWGRID_{name}": str(value) for name, value in environment.items()}
    result = CliRunner().invoke(app, command, env={"COLUMNS": "200", **env})
    return f"{result.output} {result.exception!r}"


@pytest.mark.parametrize("name", ["mqtt.password", "store.influxdb.token"])
def test_a_secret_on_the_command_line_is_refused_and_not_repeated(name: str):
    text = outcome(["ingest", "-s", f"{name}={PASSWORD}"], {})
    assert "secrets do not belong here" in text
    assert given_away(text) == []


def test_no_object_that_holds_a_secret_shows_it():
    order = BrokerOrder(url="mqtt://broker", username=USER, password=PASSWORD)
    held = [
        order,
        order.address(),
        order.address().login("client"),
        broker_address("mqtt://broker", passwords={"valley.gw-1": PASSWORD}),
        Issued(certificate="public", key=KEY),
        Authorization(id="1", token=WRONG_TOKEN),
        InfluxdbWish(org="o", buckets=(), tokens=(), admin_password=PASSWORD),
        Onboarding(
            username="u", password=PASSWORD, token=WRONG_TOKEN, org="o", bucket="b", kept_s=0
        ),
    ]
    assert given_away("\n".join([*map(repr, held), *map(str, held)])) == []

"""Every command that the README shows is run, in the order in which it shows them."""

import asyncio
import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.settings import load_settings
from snowgrid.__main__ import app
from tests.end_to_end.services import Endpoints
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import free_port

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SHORTER = {"60": "2", "30": "3"}  # seconds that a person has and a test has not
RUN_BY_CI = {"scripts/test", "scripts/check"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def shortened(words: list[str]) -> list[str]:
    return [SHORTER.get(word, word) for word in words]


@pytest.fixture
def environment(mosquitto: Mosquitto, influxdb: Database) -> dict[str, str]:
    """What a person would have set who has a broker and a database."""
    return os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "SNOWGRID_MQTT__PORT": str(mosquitto.port),
        "SNOWGRID_MQTT__CLIENT_ID": "readme",
        "SNOWGRID_MQTT__SESSION_EXPIRY_S": "0",  # the broker is shared: no session must stay
        "SNOWGRID_STORE__INFLUXDB__URL": influxdb.url,
        "SNOWGRID_STORE__INFLUXDB__ORG": influxdb.org,
        "SNOWGRID_STORE__INFLUXDB__BUCKET": influxdb.name,
        "SNOWGRID_STORE__INFLUXDB__ROLLUP_BUCKET": influxdb.rollups.name,
        "SNOWGRID_STORE__INFLUXDB__TOKEN": influxdb.token,
        "SNOWGRID_HTTP__PORT": str(free_port()),
    }


def test_the_service_s_commands_do_what_the_readme_says(
    tmp_path: Path, mosquitto: Mosquitto, influxdb: Database, environment: dict[str, str]
):
    service: subprocess.Popen[bytes] | None = None
    done = []
    try:
        for words in commands():
            if words[0] != "snowgrid":
                continue
            if words[1] == "simulate":
                words += ["--broker", mosquitto.url]
            if words[1] == "ingest":
                service = subprocess.Popen(words, cwd=tmp_path, env=environment)
                asyncio.run(eventually(lambda: is_subscribed(environment), within_s=60))
            else:
                subprocess.run(shortened(words), cwd=tmp_path, env=environment, check=True)
            done.append(words[1])
        asyncio.run(eventually(lambda: influxdb.count("smart_meter") > 0))
    finally:
        if service:
            service.send_signal(signal.SIGTERM)
            assert service.wait(30) == 0
    assert {"check", "ingest", "simulate", "deadletters"} <= set(done)


def is_subscribed(environment: dict[str, str]) -> bool:
    endpoints = Endpoints(f"http://127.0.0.1:{environment['SNOWGRID_HTTP__PORT']}")
    try:
        return endpoints.metrics()["snowgrid_mqtt_subscribed"] == 1
    except OSError:  # it does not serve yet
        return False


@pytest.mark.parametrize("words", [words for words in commands() if words[0] != "snowgrid"])
def test_the_scripts_of_the_readme_run(tmp_path: Path, words: list[str]):
    if words[0] in RUN_BY_CI:
        assert words[0] in (ROOT / ".ci/run").read_text("utf-8")
        return
    if "--duration" not in words:
        words = [*words, "--duration", "3"]
    script, *arguments = shortened(words)
    subprocess.run([ROOT / script, *arguments], cwd=tmp_path, check=True, stdin=subprocess.DEVNULL)


def test_the_settings_shown_are_settings(tmp_path: Path):
    (shown,) = blocks("toml")
    file = tmp_path / "snowgrid.toml"
    file.write_text(shown)
    assert tomllib.loads(shown)
    assert load_settings(file, env={}).mqtt.username == "ingest"


def test_every_command_named_in_the_text_exists():
    inline = re.findall(r"`snowgrid ([a-z]+)", README)
    for name in set(inline):
        told = CliRunner().invoke(app, [name, "--help"])
        assert told.exit_code == 0, told.output


def test_every_file_that_is_linked_exists():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target

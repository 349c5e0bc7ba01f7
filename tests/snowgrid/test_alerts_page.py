"""Every command of docs/alerts.md is run beside a service, and prints what the page shows."""

import asyncio
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import duckdb
import pytest
from typer.testing import CliRunner

from snowgrid.__main__ import app
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, free_port

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
CLIENTS = {name: shutil.which(name) for name in ("mosquitto_pub", "mosquitto_sub")}
LISTENING = "> readings.txt"


def commands(console: str) -> list[tuple[str, str]]:
    """Each command with what the page shows of its output."""
    return [
        (command, shown.strip())
        for command, _, shown in (part.partition("\n") for part in console.split("$ ")[1:])
    ]


def pattern_of(shown: str) -> str:
    words = re.sub(r"\d\d:\d\d:\d\d \(\d+ s\)", "MOMENT", shown).split()
    pattern = r"\s+".join(map(re.escape, words))
    return pattern.replace("MOMENT", r"[\d:]+ \(.*?\)").replace("…", ".*")


class Shell:
    """Runs commands of the page in a folder, against a broker and a service of the test's own."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self.folder = folder
        self.http_port = free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        wrapped = folder / "bin"
        wrapped.mkdir()
        for name, program in CLIENTS.items():
            script = wrapped / name
            script.write_text(f'#!/bin/sh\nexec {program} -p {broker.port} "$@"\n')
            script.chmod(0o755)
        self._environment = {
            **os.environ,
            "PATH": f"{wrapped}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "COLUMNS": "200",
            "SNOWGRID_MQTT__HOST": broker.host,
            "SNOWGRID_MQTT__PORT": str(broker.port),
            "SNOWGRID_HTTP__PORT": str(self.http_port),
        }

    def start(self, command: str) -> None:
        """Start what goes on until it is stopped."""
        words = f"exec {command.removesuffix('&')}"
        self._running.append(
            subprocess.Popen(
                ["bash", "-c", words],
                cwd=self.folder,
                env=self._environment,
                stderr=subprocess.DEVNULL,
            )
        )

    def output(self, command: str) -> str:
        """Return what a command prints; ours is called here, as starting it takes a second."""
        if command.startswith("snowgrid "):
            words = shlex.split(command.partition(" > ")[0], comments=True)[1:]
            result = CliRunner().invoke(app, words, env=self._environment)
            assert result.exit_code == 0, f"{command}\n{result.output}\n{result.exception}"
            return result.output
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout

    def stop(self) -> None:
        for process in self._running:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        self._running.clear()


@pytest.fixture
def shell(tmp_path: Path, launch: Launch, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    if not all(CLIENTS.values()):
        pytest.skip("mosquitto-clients is not installed")
    monkeypatch.chdir(tmp_path)
    broker = launch(Mosquitto(tmp_path / "broker"))
    shell = Shell(tmp_path, broker)
    yield shell
    shell.stop()


async def answers(shell: Shell) -> None:
    """Return when the service that the shell started has subscribed."""

    def ready() -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{shell.http_port}/readyz", timeout=20) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    await eventually(ready, within_s=60)


async def prints(shell: Shell, command: str, shown: str) -> None:
    """Run a command until it prints what the page shows, as what was published takes its way."""
    pattern = pattern_of(shown)
    async with asyncio.timeout(60):
        while not re.search(pattern, output := shell.output(command)):
            assert command.startswith("snowgrid alerts"), f"{command}\n{output}"
            await asyncio.sleep(0.1)


def examples() -> dict[str, str]:
    """The files of rules that the page's commands name."""
    rules = re.findall(r"^```yaml\n(rules:.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    named = {"door.yaml": "name: my-rack-hot\n", "my.yaml": "name: my-rack-inlet-hot\n"}
    return {file: next(each for each in rules if name in each) for file, name in named.items()}


@pytest.mark.timeout(180)
async def test_every_command_prints_what_the_page_shows(shell: Shell):
    for file, content in examples().items():
        (shell.folder / file).write_text(content, encoding="utf-8")
    overview, story, *others = CONSOLES
    shell.start(LISTENING.join(["mosquitto_sub -t 'telemetry/#' -v ", ""]))
    for command, shown in commands(story):
        if command.endswith("&"):
            shell.start(command)
            await answers(shell)
        else:
            await prints(shell, command, shown)
    recorded = shell.folder / "readings.txt"
    await eventually(lambda: "24}" in recorded.read_text())
    recorded.write_text(recorded.read_text().splitlines()[0])
    for console in (overview, *others):
        for command, shown in commands(console):
            if LISTENING not in command:
                await prints(shell, command, shown)
    shell.stop()
    (query,) = re.findall(r"^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (database,) = shell.folder.rglob("*.duckdb")
    with duckdb.connect(str(database), read_only=True) as connection:
        states = [row[3] for row in connection.execute(query).fetchall()]
    assert states == ["firing", "resolved"]

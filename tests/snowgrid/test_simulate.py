"""`snowgrid simulate` as a person or a program runs it."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from devices.fleets.file import load_fleet
from devices.simulator.progress import SimulatorProgress
from snowgrid.__main__ import app
from snowgrid.cli.simulator_view import Rate, line, problem, screen
from tests.devices.listener import Listener
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

FLEET = """
name = "{site}"
title = "Test"
[[sites]]
name = "{site}"
title = "Test"
elevation_m = 100
latitude_deg = 40
longitude_deg = 116
gateways = 2
[[sites.devices]]
kind = "smart_meter"
count = 20
interval_s = 0.5
[[sites.devices]]
kind = "rack_sensor"
count = 4
interval_s = 1
"""


@pytest.fixture
def fleet(tmp_path):
    path = tmp_path / f"{tmp_path.name.replace('_', '-')[:40]}.toml"
    path.write_text(FLEET.format(site=path.stem), encoding="utf-8")
    return path


def run(
    *arguments: object, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **(env or {})},
    )


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "snowgrid", "simulate", *map(str, arguments)]


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def test_what_it_says_it_published_is_what_a_subscriber_heard(mosquitto, fleet):
    async with Listener(mosquitto, f"telemetry/{fleet.stem}/#", name=fleet.stem) as listener:
        ran = run(fleet, "--broker", mosquitto.url, "--duration", 1, "--speed", 5, "--json")
        assert ran.returncode == 0, ran.stderr
        summary = json.loads(ran.stdout)
        await eventually(lambda: listener.count >= sum(summary["published"].values()))
    assert summary["published"] == summary["made"]
    assert sum(summary["published"].values()) == summary["acknowledged"] == listener.count
    assert set(summary["published"]) == {"smart_meter", "rack_sensor"}
    assert (summary["unsent"], summary["dropped"], summary["refused"]) == (0, 0, 0)


async def heard_of(
    broker: Mosquitto, fleet: Path, *options: object
) -> tuple[dict[str, dict[int, bytes]], str]:
    """Return what was heard of a run, and its start."""
    name = secrets.token_hex(8)
    async with Listener(broker, f"telemetry/{fleet.stem}/#", name=name) as listener:
        summary = json.loads(run(fleet, *options).stdout)
        await eventually(lambda: listener.count >= summary["acknowledged"])
    return listener.readings, summary["start"]


async def test_the_start_that_it_names_gives_the_same_readings_again(mosquitto, fleet):
    options = ("--broker", mosquitto.url, "--duration", 0.5, "--speed", 10, "--seed", 3, "--json")
    first, start = await heard_of(mosquitto, fleet, *options, "--start", "1h")
    second, _ = await heard_of(mosquitto, fleet, *options, "--start", start)
    assert first == second != {}


async def test_at_ctrl_c_every_gateway_says_offline_and_it_exits_with_0(mosquitto, fleet):
    async with Listener(mosquitto, f"status/{fleet.stem}/#", name=fleet.stem) as listener:
        with running(fleet, "--broker", mosquitto.url) as process:
            await eventually(lambda: len(listener.heard) == 2)
            process.send_signal(signal.SIGINT)
            await eventually(lambda: process.poll() is not None)
        assert process.returncode == 0
        for number in (1, 2):
            await listener.left(f"status/{fleet.stem}/gateway-{number}")


def test_at_the_second_ctrl_c_it_ends_at_once_with_130(fleet):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"mqtt://127.0.0.1:{silent.getsockname()[1]}"
        with running(fleet, "--broker", url) as process, silent.accept()[0]:
            assert process.stdout
            process.send_signal(signal.SIGINT)  # it waits for an answer while it stops, too
            assert "stopping" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130


def test_a_broker_that_takes_nothing_is_told_and_gives_exit_code_1(launch, tmp_path, fleet):
    broker = launch(Mosquitto(tmp_path / "broker", users={"ann": "right"}))
    options = ("--broker", broker.url, "--username", "ann", "--duration", 0.1)
    ran = run(fleet, *options, env={"SNOWGRID_MQTT__PASSWORD": "wrong"})
    assert ran.returncode == 1
    assert f"127.0.0.1:{broker.port} refuses user 'ann'" in ran.stdout
    assert "--password-file" in ran.stdout


@pytest.mark.parametrize("way", ["file", "environment"])
def test_the_password_comes_from_a_file_or_the_environment(launch, tmp_path, fleet, way):
    broker = launch(Mosquitto(tmp_path / "broker", users={"ann": "right"}))
    (tmp_path / "password").write_text("right\n")
    env = {"SNOWGRID_MQTT__PASSWORD": "right" if way == "environment" else "wrong"}
    url = broker.url.replace("//", "//ann@")
    options = ["--broker", url, "--duration", 1]
    if way == "file":
        options += ["--password-file", tmp_path / "password"]
    ran = run(fleet, *options, env=env)
    assert ran.returncode == 0, ran.stdout
    assert "0 left unsent" in ran.stdout


def test_each_gateway_may_be_a_user_of_its_own(launch, tmp_path, fleet):
    users = {f"{fleet.stem}.gateway-{number}": f"password-{number}" for number in (1, 2)}
    broker = launch(Mosquitto(tmp_path / "broker", users=users))
    file = tmp_path / "passwords"
    file.write_text("".join(f"{user}:{password}\n" for user, password in users.items()))
    options = ["--broker", broker.url, "--duration", 1]
    assert "0 left unsent" in run(fleet, *options, "--passwords", file).stdout
    file.write_text("other.gateway-1:password\n")
    ran = run(fleet, *options, "--passwords", file)
    assert ran.returncode == 1
    assert "--passwords, which does not have it" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["langfan"], "did you mean 'langfang'?"),
        (["langfang", "--broker", "broker:1883"], "want mqtt://[user@]host:port"),
        (["langfang", "--broker", "mqtt://ann:pw@broker"], "--password-file"),
        (["langfang", "--start", "2999-01-01"], "future"),
        (["langfang", "--start", "soon"], "no point in time"),
        (["langfang", "--speed", "0"], "--speed"),
        (["langfang", "--qos", "2"], "--qos"),
        (["langfang", "--username", "ann", "--password-file", "none"], "--password-file none"),
        (["langfang", "--passwords", "none"], "--passwords none"),
    ],
)
def test_what_cannot_be_is_told_with_exit_code_2(arguments, said):
    ran = run(*arguments, env={"COLUMNS": "200"})
    assert ran.returncode == 2
    assert said in ran.stderr


def test_the_help_says_where_simulated_time_starts():
    text = CliRunner().invoke(app, ["simulate", "--help"], env={"COLUMNS": "100"}).output
    assert "59 minutes ago" in text
    assert "mqtt://[user@]host:port" in text


def progress() -> SimulatorProgress:
    made = SimulatorProgress(devices=655, gateways=11, gateways_online=10, dropped=7, waiting=3)
    made.published["smart_meter"] = 1_234
    return made


def test_a_line_and_the_screen_show_the_figures():
    console = Console(width=100, record=True, file=StringIO())
    console.print(screen(load_fleet("langfang"), "broker:1883", progress(), 65.4, stopping=False))
    for shown in (line(progress(), 65.4), console.export_text()):
        assert "1,234" in shown
        assert "65/s" in shown
        assert "10 of 11" in shown
        assert "3, 7 dropped" in shown


def test_a_problem_is_told_with_what_to_check():
    wrong = progress()
    wrong.complaint = "no connection"
    wrong.refusal = "telemetry/x: Not authorized"
    told = problem(wrong)
    assert "no connection" in told
    assert "telemetry/x: Not authorized; check in its access list" in told


def test_the_rate_is_that_of_the_last_seconds():
    rate = Rate()
    assert rate.after(0.0, 0) == 0.0
    for second in range(1, 21):
        measured = rate.after(float(second), min(second, 10) * 100)
    assert measured == 0.0
    assert Rate().after(1.0, 5) == 0.0

"""`snowgrid load run` as a person runs it."""

import resource
import subprocess
import sys

import msgspec
import pytest
from typer.testing import CliRunner

from snowgrid.__main__ import app
from snowgrid.loading.file_limit import allow_files
from snowgrid.scenarios import running
from snowgrid.scenarios.files import scenario_names
from snowgrid.scenarios.judging import State
from snowgrid.scenarios.report import ScenarioReport

RUN = [sys.executable, "-P", "-m", "snowgrid", "load", "run"]
BAD, WRONG = 1, 2
MINE = """\
title: A little of everything, with an expectation that cannot hold.
load:
  kind: server
  devices: 400
  rate: 200
  duration: 2s
  warmup: 500ms
  seed: 3
  faults: {garbage: 10%, late: 2%}
settings:
  alerts.enabled: false
expect:
  problems: 0
  lost: 0
  doubled: 0
  altered: 0
  rejected: {json: {at_least: 1%}}
  reconnects: {at_least: 1000}
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *map(str, arguments)], capture_output=True, text=True, timeout=90, check=False
    )


def test_a_scenario_of_ones_own_is_run_and_each_expectation_judged(tmp_path):
    (tmp_path / "mine.yaml").write_text(MINE)
    files = tmp_path / "told.json", tmp_path / "told.html"
    ran = run(tmp_path / "mine.yaml", "--scale", 0.5, "--json", files[0], "--html", files[1])
    assert ran.returncode == BAD, ran.stdout + ran.stderr
    assert "scaled to 0.5 of its size" in ran.stdout
    assert "Failed: 1 of 6 expectations." in ran.stdout
    report = msgspec.json.decode(files[0].read_bytes(), type=ScenarioReport)
    states = {judgement.subject: judgement.state for judgement in report.outcome.judgements}
    assert states.pop("reconnects") is State.FAILED
    assert set(states.values()) == {State.HELD}
    assert report.outcome.load is not None
    assert report.outcome.load.load.intended == 250
    assert files[1].read_text().startswith("<!doctype html>")


def test_all_scenarios_are_listed():
    listed = CliRunner().invoke(app, ["load", "run", "--list"]).output
    assert [name for name in scenario_names() if name not in listed] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["poisson"], "did you mean 'poison'"),
        (["slow-store", "--broker", "mqtt://x"], "slow-store troubles the database"),
        (["slow-store", "--servers", "embedded"], "the embedded one cannot be troubled"),
        (["cold-front", "--scale", "2"], "leave --scale out"),
        (["poison", "--broker", "http://x"], "want mqtt://"),
    ],
)
def test_what_cannot_be_is_told_before_anything_starts(arguments, said):
    result = CliRunner().invoke(app, ["load", "run", *arguments])
    assert result.exit_code
    assert said in str(result.exception)


def test_a_service_without_its_broker_is_refused():
    ran = CliRunner().invoke(app, ["load", "run", "poison", "--service", "http://x/metrics"])
    assert ran.exit_code == WRONG
    assert "goes with --broker" in ran.output


def test_too_few_file_handles_are_told_with_the_scale_that_fits(monkeypatch):
    monkeypatch.setattr(running, "allow_files", lambda: 4_200)
    result = CliRunner().invoke(app, ["load", "run", "reconnect-storm"])
    assert "10,000 connections need as many file handles" in str(result.exception)
    assert "--scale 0.40" in str(result.exception)


def test_the_soft_limit_of_files_is_raised_as_far_as_it_may(monkeypatch):
    limits = {"now": (1_024, 65_536)}
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits["now"])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: limits.update(now=new))
    assert allow_files() == 65_536
    assert limits["now"] == (65_536, 65_536)


def test_a_server_that_is_not_installed_is_named_with_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("snowgrid.servers.process.SYSTEM_PATH", str(tmp_path))
    result = CliRunner().invoke(app, ["load", "run", "slow-store"])
    assert "mosquitto is not installed" in str(result.exception)
    assert "apt-get install mosquitto" in str(result.exception)

"""A front, an outage and a cooling failure cause the alerts that a person has found right."""

import subprocess
import sys

import msgspec
import pytest

from snowgrid.scenarios.report import ScenarioReport
from tests.scenario.play import GOLDEN, played

pytestmark = pytest.mark.timeout(120)  # on a machine that does much else


def test_the_default_rules_tell_exactly_what_is_in_the_golden_file():
    assert played() == GOLDEN.read_text(encoding="utf-8")


def test_the_same_is_stored_when_the_fleet_is_simulated_over_a_broker(tmp_path):
    told = tmp_path / "told.json"
    command = [sys.executable, "-m", "snowgrid", "load", "run", "cold-front"]
    ran = subprocess.run(
        [*command, "--servers", "native", "--json", told],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = msgspec.json.decode(told.read_bytes(), type=ScenarioReport)
    assert report.outcome.held
    assert "alerts" in [judgement.subject for judgement in report.outcome.judgements]

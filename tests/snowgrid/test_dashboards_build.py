"""`snowgrid dashboards build`, as a person uses it."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from snowgrid.__main__ import app


def build(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["dashboards", "build", *map(str, arguments)])


def test_boards_are_written_and_then_found_to_be_right(tmp_path: Path):
    written = build("--out", tmp_path)
    assert written.exit_code == 0
    count = len([*tmp_path.glob("*.json")])
    assert written.output.startswith(f"{count} boards written to {tmp_path}")
    checked = build("--out", tmp_path, "--check")
    assert checked.exit_code == 0
    assert checked.output.startswith("The boards in ")


def test_a_check_tells_what_differs_and_changes_nothing(tmp_path: Path):
    build("--out", tmp_path)
    file = tmp_path / "snowgrid-region.json"
    file.write_text("{}", encoding="utf-8")
    checked = build("--out", tmp_path, "--check")
    assert checked.exit_code == 1
    assert "snowgrid-region.json:1: want {" in checked.output
    assert "snowgrid dashboards build" in checked.output
    assert file.read_text(encoding="utf-8") == "{}"


def test_buckets_and_limits_of_a_deployment_are_in_its_boards(tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text(
        "rules:\n"
        "  - {name: rack-too-warm, kind: rack_sensor, field: outlet_temperature_c, above: 41.5,\n"
        "     severity: warning}\n"
    )
    out = tmp_path / "boards"
    built = build("--out", out, "--rules", rules, "--bucket", "mine", "--rollup-bucket", "mine_up")
    assert built.exit_code == 0, built.output
    text = (out / "snowgrid-device-rack_sensor.json").read_text(encoding="utf-8")
    assert '\\"mine\\"..\\"rack_sensor\\"' in text
    assert '"telemetry' not in text
    limited = [panel for panel in json.loads(text)["panels"] if "41.5" in json.dumps(panel)]
    assert any("rule rack-too-warm" in panel["description"] for panel in limited)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    built = build("--out", tmp_path / "file")
    assert "--out " in str(built.exception)
    assert "cannot be written" in str(built.exception)


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "grafana_foundation_sdk", None)
    built = build("--out", tmp_path)
    assert "pip install 'snowgrid[dashboards]'" in str(built.exception)
    assert not [*tmp_path.iterdir()]


def test_a_mistake_in_a_rule_is_told_with_its_place(tmp_path: Path):
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules:\n  - {name: wrong, kind: rack_sensr}\n")
    built = build("--out", tmp_path, "--rules", rules)
    assert built.exit_code != 0
    assert "mine.yaml:2" in str(built.exception)

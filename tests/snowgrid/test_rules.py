"""`snowgrid rules`, as people and as programs use it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from ingest.errors import ConfigError
from snowgrid.__main__ import app

GOOD = """
rules:
  - {name: hot, kind: rack_sensor, field: inlet_temperature_c, above: 27, for: 2m}
"""
TEST = """
rules: rules.yaml
tests:
  - name: it gets hot
    input: [{kind: rack_sensor, device: r-1, fields: {inlet_temperature_c: 20x2 28x5}}]
    expect: [{at: 3m}, {at: 4m, alerts: [{rule: hot, device: r-1}]}]
"""


def run(*arguments: object, columns: int = 200, expect: int = 0) -> str:
    command = ["rules", *map(str, arguments)]
    result = CliRunner().invoke(app, command, env={"COLUMNS": str(columns)})
    assert result.exit_code == expect, result.output
    return result.output


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD)
    return path


def readings(folder: Path) -> Path:
    path = folder / "readings.txt"
    lines = []
    for step in range(10):
        payload = {
            "ts": 1_760_000_000_000 + step * 60_000,
            "inlet_temperature_c": 24 if step < 5 else 28,
        }
        topic = "telemetry/zhangbei/rack_sensor/r-07"
        plain = f"{topic} {json.dumps(payload)}"
        lines.append(plain if step % 2 else json.dumps({"topic": topic, "payload": payload}))
    path.write_text("\n".join(lines))
    return path


def test_the_list_shows_each_rule_under_its_kind_and_nothing_is_cut_off_on_a_narrow_terminal():
    for columns in (80, 200):
        text = run("--kind", "rack_sensor", columns=columns)
        assert all(len(line) <= columns for line in text.splitlines())
        assert "rack-inlet-hot" in text
        assert "above 32 °C (clears below 30), for 1m" in " ".join(text.split())
        assert "smart-meter" not in text


def test_the_list_as_json_names_kind_levels_and_origin(rules: Path):
    listed = {rule["name"]: rule for rule in json.loads(run("--rules", rules, "--json"))}
    assert listed["hot"]["origin"] == f"{rules}:3"
    assert listed["hot"]["levels"][0]["for_s"] == 120
    assert listed["ups-off"]["origin"] == "generated"


def test_check_says_how_many_are_right(rules: Path):
    assert run("check", rules).startswith("1 rules are right")
    assert json.loads(run("check", rules, "--json"))["rules"] == ["hot"]


def test_check_names_what_is_wrong_and_ends_with_exit_code_two(rules: Path):
    rules.write_text(GOOD.replace("inlet_t", "inlt_t"))
    assert "did you mean 'inlet_temperature_c'" in run("check", rules, expect=2)
    (wrong,) = json.loads(run("check", rules, "--json", expect=2))["wrong"]
    assert wrong.startswith(f"{rules}:3: rule 'hot': field: ")


def test_test_passes_and_fails_with_the_time_and_both_sides(rules: Path):
    test = rules.parent / "test.yaml"
    test.write_text(TEST)
    assert run("test", test) == "1 of 1 tests pass.\n"
    test.write_text(TEST.replace("at: 3m}", "at: 3m, alerts: [{rule: hot, device: r-2}]}"))
    told = run("test", test, expect=1)
    assert "test.yaml:4: it gets hot\n  at 3m\n    expected  hot here r-2 firing\n" in told
    assert "    got       nothing\n" in told
    (outcome,) = json.loads(run("test", test, "--json", expect=1))
    assert outcome["failures"][0]["at_s"] == 180


def test_a_test_file_that_is_wrong_is_an_error_for_the_user(rules: Path):
    test = rules.parent / "test.yaml"
    test.write_text(TEST.replace("device", "devise"))
    result = CliRunner().invoke(app, ["rules", "test", str(test)])
    assert isinstance(result.exception, ConfigError)


def test_explain_says_what_was_seen_what_is_asked_and_since_when(rules: Path):
    options = ["--readings", readings(rules.parent), "--rules", rules]
    told = run("explain", "hot", "--device", "r-07", *options)
    assert told.startswith("hot · zhangbei/r-07 · firing\ninlet_temperature_c above 27 °C holds")
    assert "holds since 2025-10-09 08:58:20Z · fires since 2025-10-09 09:00:20Z" in told
    assert "28.0 °C" in told
    as_json = json.loads(run("explain", "hot", "--device", "r-07", *options, "--json"))
    assert as_json["standing"] == "firing"
    assert [each["state"] for each in as_json["history"]] == ["firing"]


@pytest.mark.parametrize(
    ("rule", "device", "says"),
    [
        ("rack-inlet-hot", "r-07", "holds, but not yet for 10m"),
        ("rack-inlet-rising", "r-07", "does not hold"),
        ("rack-sensor-silent", "r-07", "nothing heard for 5m does not hold"),
        ("rack-inlet-hot", "r-08", "nothing was heard of any rack_sensor r-08 at zhangbei"),
        ("hall-hot", "", "share of inlet_temperature_c above 27 over 2m above 0.25"),
    ],
)
def test_explain_says_why_a_rule_does_not_fire(tmp_path: Path, rule: str, device: str, says: str):
    options = ["--device", device] if device else []
    assert says in run("explain", rule, *options, "--readings", readings(tmp_path))


def test_explain_of_a_device_out_of_scope_says_the_scope(rules: Path):
    rules.write_text(GOOD.replace("above", "devices: [a-*], above"))
    options = ["--readings", readings(rules.parent), "--rules", rules, "--device", "r-07"]
    assert "the rule watches devices a-*" in run("explain", "hot", *options)


def test_explain_of_an_unknown_rule_suggests_the_nearest(tmp_path: Path):
    command = ["rules", "explain", "hall-hott", "--readings", str(readings(tmp_path))]
    assert "did you mean 'hall-hot'" in str(CliRunner().invoke(app, command).exception)


def test_explain_names_the_line_that_is_no_message(tmp_path: Path):
    path = tmp_path / "readings.txt"
    path.write_text("telemetry/a/rack_sensor/b {}\nnonsense")
    result = CliRunner().invoke(app, ["rules", "explain", "hall-hot", "--readings", str(path)])
    assert "line 2" in str(result.exception)


def test_schema_and_generate_are_for_other_programs(tmp_path: Path):
    assert json.loads(run("schema"))["title"] == "Alert rules of Snowgrid"
    assert "TestEntry" in json.loads(run("schema", "--tests"))["$defs"]
    generated = yaml.safe_load(run("generate", "--kind", "ups"))
    assert {rule["kind"] for rule in generated["rules"]} == {"ups"}
    path = tmp_path / "generated.yaml"
    path.write_text(run("generate"))
    run("check", path)


def test_options_before_a_subcommand_are_refused():
    run("--json", "test", expect=2)

"""The rules that come along: they load, do what their tests say, and none goes untested."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError

from devices.registry import kinds
from devices.schema import NAME
from ingest.rules.defaults import default_entries, default_file
from ingest.rules.entries import FileEntry
from ingest.rules.files import FOLDER, load_rules
from ingest.rules.json_schema import schema_of_rules, schema_of_tests
from ingest.rules.rule import Rule
from ingest.rules.trial_files import run_file
from ingest.rules.yaml_lines import parsed

FILES = sorted(FOLDER.glob("*.yaml"))
TESTS = sorted((FOLDER / "tests").glob("*.yaml"))


def generated_rules() -> tuple[Rule, ...]:
    return tuple(placed.rule for placed in default_file(kinds()).rules)


def content_of(path: Path) -> dict[str, Any]:
    content, _ = parsed(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_the_rules_do_what_their_tests_say(path: Path):
    outcomes = list(run_file(path, kinds()))
    assert [outcome for outcome in outcomes if outcome.failures] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_has_a_test_that_fires_and_one_that_stays_quiet(path: Path):
    content = content_of(path.parent / "tests" / path.name)
    fired, quiet = set(), defaultdict(set)
    for test in content["tests"]:
        active = {alert["rule"] for moment in test["expect"] for alert in moment.get("alerts", ())}
        firing = {
            alert["rule"]
            for moment in test["expect"]
            for alert in moment.get("alerts", ())
            if alert.get("state") != "pending"
        }
        fired |= firing
        for entry in test["input"]:
            quiet[entry["kind"]].add(frozenset(active))
    for rule in load_rules([path], kinds(), defaults=False):
        assert rule.name in fired
        assert any(rule.name not in active for active in quiet[rule.kind])


def test_every_limit_of_every_kind_has_become_a_level_of_a_rule():
    watched = defaultdict(list)
    for rule in generated_rules():
        for level in rule.levels:
            for condition in level.conditions:
                asked = condition.words or condition.fire
                watched[rule.kind, condition.field].append((asked, level.severity, level.for_s))
    for kind in kinds().values():
        for limit in kind.limits:
            number = limit.above if limit.below is None else limit.below
            threshold: object = (limit.equals,) if limit.equals else number
            assert (threshold, limit.severity, limit.for_s) in watched[kind.name, limit.field]


def test_a_warning_and_a_critical_limit_on_one_side_are_one_rule_with_levels():
    rules = {rule.name: rule for rule in generated_rules()}
    low = rules["smart-meter-voltage-l1-low"]
    assert [(level.severity, level.conditions[0].fire) for level in low.levels] == [
        ("warning", 198.0),
        ("critical", 176.0),
    ]


def test_every_kind_has_a_rule_about_silence_that_waits_for_several_intervals():
    rules = {rule.kind: rule for rule in generated_rules() if rule.silence}
    assert set(rules) == set(kinds())
    for name, rule in rules.items():
        assert rule.levels[0].for_s >= max(300, 3 * kinds()[name].interval_s)


def test_names_are_topic_levels_and_unique():
    names = [rule.name for rule in load_rules([], kinds())]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)


def test_a_rule_that_was_written_by_hand_stands_for_the_generated_ones():
    names = {rule.name for rule in load_rules([], kinds())}
    assert "rack-inlet-hot" in names
    assert "rack-sensor-inlet-temperature-high" not in names


def test_an_operator_replaces_changes_and_ends_rules_that_come_along(tmp_path: Path):
    (tmp_path / "own.yaml").write_text("""
        rules:
          - {name: smog, kind: air_quality, field: pm25_ugm3, above: 50}
          - {name: my-racks, kind: rack_sensor, no_data_for: 1m, replaces: [racks-silent]}
        overrides:
          - {rule: pue-high, enabled: false}
          - {rule: lift-wind-hold, severity: critical, devices: [drag-*], above: 12}
    """)
    rules = {rule.name: rule for rule in load_rules([tmp_path], kinds())}
    assert rules["smog"].aggregate is None
    assert "my-racks" in rules
    assert not {"racks-silent", "pue-high"} & set(rules)
    assert rules["lift-wind-hold"].overrides[0].fire == 12


def test_the_generated_rules_can_be_printed_and_read_again(tmp_path: Path):
    path = tmp_path / "generated.yaml"
    path.write_text(yaml.safe_dump(default_entries(kinds())))
    again = load_rules([path], kinds(), defaults=False)
    logic: dict[str, str] = {rule.name: rule.fingerprint for rule in generated_rules()}
    assert {rule.name: rule.fingerprint for rule in again} == logic


def test_the_fingerprint_of_a_rule_is_its_logic_not_its_words():
    rules: list[Rule] = list(generated_rules())
    assert len({rule.fingerprint for rule in rules}) == len(rules)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_json_schema_knows_every_key_that_the_files_use(path: Path):
    content = content_of(path)
    schema = schema_of_rules(kinds())
    properties = schema["$defs"]["RuleEntry"]["properties"]
    for rule in content["rules"]:
        assert set(rule) <= set(properties)
        assert rule["kind"] in properties["kind"]["enum"]
        assert set(schema["$defs"]["RuleEntry"]["required"]) <= set(rule)


def test_the_json_schemas_are_json_and_forbid_what_the_files_may_not_have():
    for schema in (schema_of_rules(kinds()), schema_of_tests(kinds())):
        TypeAdapter(dict[str, object]).validate_json(json.dumps(schema))
        assert schema["additionalProperties"] is False
    duration = schema_of_rules(kinds())["$defs"]["RuleEntry"]["properties"]["keep_firing_for"]
    assert duration["type"] == "string"
    with pytest.raises(ValidationError):
        FileEntry.model_validate({"rules": [{"name": "a", "kind": "b", "for": 3}]})

"""What differs, what a running service takes over of it, and how it is said."""

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.reload.difference import differences, rule_changes, with_live
from ingest.reload.live import LIVE
from ingest.settings import Settings, load_settings
from ingest.settings_sources import settings_of
from tests.ingest.rules.play import rules_of

OTHER_VALUES: dict[str, object] = {
    "mqtt.topics": "telemetry/a/#,telemetry/b/#",
    "mqtt.port": 1884,
    "mqtt.tls.enabled": True,
    "validation.max_future_s": 60.0,
    "validation.retention_days": 7.0,
    "alerts.rules": "own.yaml",
    "alerts.webhook_url": "http://hook.example.net",
    "store.spool.sync": False,
    "log.level": "debug",
}


def test_every_setting_that_is_taken_over_exists() -> None:
    assert {key for key, _ in settings_of(Settings)} >= LIVE


def test_settings_that_are_equal_do_not_differ() -> None:
    assert differences(Settings(), Settings()) == ()


def test_what_a_running_service_can_take_over_is_and_the_rest_waits() -> None:
    given = load_settings(overrides=OTHER_VALUES, env={})
    running = with_live(Settings(), given)
    assert {change.key for change in differences(Settings(), given)} == set(OTHER_VALUES)
    taken = {change.key for change in differences(Settings(), running)}
    assert taken == set(OTHER_VALUES) & LIVE
    assert {change.key for change in differences(running, given)} == set(OTHER_VALUES) - LIVE
    assert running.alerts.rules == (Path("own.yaml"),)


def test_changes_are_said_in_the_words_of_the_settings_file() -> None:
    given = load_settings(overrides=OTHER_VALUES, env={})
    said = "\n".join(map(str, differences(Settings(), given)))
    assert "mqtt.topics: telemetry/# → telemetry/a/#, telemetry/b/#" in said
    assert "mqtt.tls.enabled: false → true" in said
    assert "alerts.webhook_url: none → http://hook.example.net" in said


def test_secrets_are_not_said() -> None:
    variables = {"SNOWGRID_MQTT__PASSWORD": "hunter2"}
    (change,) = differences(Settings(), load_settings(env=variables))
    assert str(change) == "mqtt.password: (secret) → (secret)"


@pytest.mark.parametrize("key", sorted(LIVE))
def test_one_at_a_time_each_is_taken_over(key: str) -> None:
    marked = _with_mark(key)
    assert with_live(Settings(), marked) == marked


def _with_mark(key: str) -> Settings:
    section, name = key.split(".")
    inner = getattr(Settings(), section).model_copy(update={name: "another"})
    return Settings().model_copy(update={section: inner})


def test_rules_differ_by_what_they_say_and_not_by_where_they_stand() -> None:
    stay, change, go = rules_of("""
        rules:
          - {name: stay, kind: boiler, no_data_for: 5m}
          - {name: change, kind: boiler, no_data_for: 5m}
          - {name: go, kind: boiler, no_data_for: 5m}
    """)
    before = {rule.name: rule for rule in (stay, change, go)}
    come = replace(stay, name="come")
    after = [replace(stay, origin="elsewhere:9"), replace(change, summary="Other words."), come]
    changes = rule_changes(before, after)
    assert str(changes) == "new: come; changed: change; gone: go"
    assert not rule_changes(before, before.values())

"""Grafana's rules: every question is one that InfluxDB answers, and they fire when they should."""

import urllib.request
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import pytest
import yaml
from typer.testing import CliRunner

from devices.registry import kinds
from ingest.rules.files import load_rules
from snowgrid.__main__ import app
from snowgrid.deployment.grafana_rules.rendering import export_all, rendered
from tests.deployment.grafana_evaluator import Labels, firing
from tests.deployment.stack import ROOT
from tests.servers.influxql import Database

NOW_MS = 1_760_000_000_000
MINUTE_MS = 60_000
Point = tuple[str, str, str, float]  # kind, device, fields, minutes ago

RULES = """
rules:
  - {name: hot, kind: rack_sensor, field: inlet_temperature_c, above: 27, clear_below: 26}
  - {name: cold, kind: rack_sensor, field: inlet_temperature_c, below: 10, sites: [val*]}
  - {name: jump, kind: rack_sensor, field: inlet_temperature_c, rate_above: 5, rate_over: 15m}
  - {name: on-battery, kind: ups, field: ups_state, contains: OB}
  - {name: quiet, kind: ups, no_data_for: 5m}
  - name: share
    kind: rack_sensor
    aggregate: {function: share, field: inlet_temperature_c, above: 27, window: 2m}
    above: 0.4
  - name: middle
    kind: rack_sensor
    aggregate: {function: p50, field: inlet_temperature_c, window: 2m}
    above: 27
  - {name: silent, kind: rack_sensor, aggregate: {function: silent_share, window: 5m}, above: 0.4}
  - name: gasps
    kind: smart_meter
    aggregate: {function: count, field: last_gasp, equals: true, window: 60s}
    above: 1
  - name: stuck
    kind: smart_meter
    all: [{field: energy_import_kwh, unchanged_for: 10m}, {field: active_power_w, above: 150}]
  - name: either
    kind: feeder
    any: [{field: voltage_l1_v, below: 5370}, {field: voltage_l2_v, below: 5370}]
"""


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES)
    text = rendered(export_all(load_rules([path], kinds(), defaults=False), kinds()))
    groups = yaml.safe_load(text)["groups"]
    return {rule["title"]: rule for group in groups for rule in group["rules"]}


def write(database: Database, points: Sequence[Point]) -> None:
    lines = "\n".join(
        f"{kind},site=valley,device={device} {fields} {NOW_MS - round(ago * MINUTE_MS)}"
        for kind, device, fields, ago in points
    )
    query = urlencode({"org": database.org, "bucket": database.name, "precision": "ms"})
    headers = {"Authorization": f"Token {database.token}"}
    request = urllib.request.Request(
        f"{database.url}/api/v2/write?{query}", lines.encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert answer.status == 204


def fires(rule: Mapping[str, object], database: Database, before: Sequence[str] = ()) -> set[str]:
    """Return the devices, or the sites, for which a rule fires."""
    was = frozenset(frozenset({("site", "valley"), ("device", each)}) for each in before)
    labels: frozenset[Labels] = firing(
        rule["data"],  # type: ignore[arg-type]
        str(rule["condition"]),
        database,
        NOW_MS,
        was,
    )
    return {dict(each).get("device", dict(each)["site"]) for each in labels}


def rack(device: str, celsius: float, ago: float = 0.5) -> Point:
    return "rack_sensor", device, f"inlet_temperature_c={celsius}", ago


@pytest.mark.parametrize(
    ("rule", "points", "devices"),
    [
        ("hot", [rack("a", 28), rack("b", 26.5), rack("b", 29, ago=3)], {"a"}),
        ("cold", [rack("a", 9), rack("b", 11)], {"a"}),
        ("jump", [rack("a", 20, 14), rack("a", 26, 1), rack("b", 20, 14), rack("b", 24)], {"a"}),
        (
            "on-battery",
            [
                ("ups", "a", 'ups_state="OB DISCHRG"', 0.5),
                ("ups", "b", 'ups_state="OB DISCHRG"', 2),
                ("ups", "b", 'ups_state="OL"', 0.5),
            ],
            {"a"},
        ),
        (
            "quiet",
            [
                *(("ups", "a", 'ups_state="OL"', 60 - each) for each in range(40)),
                *(("ups", "b", 'ups_state="OL"', 60 - each) for each in range(60)),
            ],
            {"a"},
        ),
        ("share", [rack("a", 28), rack("b", 26)], {"valley"}),
        ("share", [rack("a", 28), rack("b", 26), rack("c", 26)], set()),
        ("middle", [rack("a", 28), rack("b", 28), rack("c", 20)], {"valley"}),
        ("middle", [rack("a", 28), rack("b", 20), rack("c", 20)], set()),
        ("silent", [rack("a", 20), rack("b", 20, ago=20)], {"valley"}),
        ("silent", [rack("a", 20), rack("b", 20), rack("c", 20, ago=20)], set()),
        ("gasps", [("smart_meter", each, "last_gasp=true", 0.5) for each in "ab"], {"valley"}),
        ("gasps", [("smart_meter", each, "last_gasp=false", 0.5) for each in "ab"], set()),
        (
            "stuck",
            [
                ("smart_meter", device, f"energy_import_kwh={kwh},active_power_w={power}", ago)
                for device, power, moves in (("a", 200, 0), ("b", 100, 0), ("c", 200, 1))
                for ago, kwh in ((9, 5), (5, 5 + moves), (0.5, 5 + 2 * moves))
            ],
            {"a"},
        ),
        (
            "either",
            [
                ("feeder", "a", "voltage_l1_v=5000,voltage_l2_v=6000", 0.5),
                ("feeder", "b", "voltage_l1_v=6000,voltage_l2_v=6000", 0.5),
            ],
            {"a"},
        ),
    ],
)
def test_a_rule_fires_for_those_for_whom_it_should(
    influxdb: Database,
    exported: Mapping[str, Mapping[str, object]],
    rule: str,
    points: Sequence[Point],
    devices: set[str],
):
    write(influxdb, points)
    assert fires(exported[rule], influxdb) == devices


def test_hysteresis_is_carried_over(
    influxdb: Database, exported: Mapping[str, Mapping[str, object]]
):
    write(influxdb, [rack("a", 26.5), rack("b", 25.5)])
    assert fires(exported["hot"], influxdb) == set()
    assert fires(exported["hot"], influxdb, before=["a", "b"]) == {"a"}


def test_every_question_of_every_rule_that_comes_along_is_answered(influxdb: Database):
    exported = export_all(load_rules([], kinds()), kinds())
    asked = 0
    for rule in exported.rules:
        assert not firing(rule.nodes, rule.condition, influxdb, NOW_MS, frozenset())
        asked += 1
    assert asked > 100


def test_durations_labels_and_words_are_carried_over():
    exported = export_all(load_rules([], kinds()), kinds())
    inlet = [rule for rule in exported.rules if rule.title == "rack-inlet-hot"]
    assert [(each.severity, each.for_s, each.keep_firing_s) for each in inlet] == [
        ("warning", 600, 60),
        ("critical", 60, 60),
    ]
    assert inlet[1].annotations["summary"] == (
        "{{ .Labels.device }} at {{ .Labels.site }}: inlet at "
        '{{ printf "%.1f" .Values.B.Value }} °C, limit 32 °C (ASHRAE TC 9.9)'
    )
    hall = next(rule for rule in exported.rules if rule.title == "hall-hot")
    assert "{{ humanizePercentage .Values.E.Value }} of the racks" in hall.annotations["summary"]


def test_every_rule_is_exported_or_named_among_the_losses():
    rules = load_rules([], kinds())
    exported = export_all(rules, kinds())
    titles = {rule.title for rule in exported.rules}
    for rule in rules:
        assert rule.name in titles or any(each.startswith(rule.name) for each in exported.losses)


def test_what_is_lost_is_told(tmp_path):
    path = tmp_path / "rules.yaml"
    path.write_text(
        "rules:\n"
        "  - {name: a, kind: ups, field: ups_state, unchanged_for: 10m}\n"
        "  - name: b\n"
        "    kind: rack_sensor\n"
        "    field: inlet_temperature_c\n"
        "    above: 27\n"
        "    for: 10s\n"
        "overrides: [{rule: b, devices: [r-1], above: 30}]\n"
    )
    exported = export_all(load_rules([path], kinds(), defaults=False), kinds())
    assert [rule.title for rule in exported.rules] == ["b"]
    assert '"device" !~ /^(r-1)$/' in str(exported.rules[0].nodes[0])
    told = " ".join(exported.losses)
    assert "a (warning): NOT EXPORTED" in told
    assert "b (warning): for 10s becomes 1m" in told
    assert "b: the sites and devices of its overrides" in told


def test_the_file_that_comes_along_is_what_the_command_writes(tmp_path):
    out = tmp_path / "rules.yaml"
    result = CliRunner().invoke(app, ["rules", "export", "--grafana", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "Grafana cannot express:" in result.output
    name = "dashboards/provisioning/alerting/rules.yaml"
    assert (ROOT / name).read_text("utf-8") == out.read_text("utf-8"), (
        f"run: snowgrid rules export --grafana --out {name}"
    )


def test_the_export_says_for_whom_it_must_be():
    result = CliRunner().invoke(app, ["rules", "export"])
    assert result.exit_code == 2
    assert "--grafana" in result.output

"""Grafana's rules as a file for its provisioning."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from textwrap import wrap

import yaml

from devices.schema import Kind
from ingest.rules.durations import duration
from ingest.rules.rule import Rule
from snowgrid.deployment.grafana_rules.exporting import EVERY_S, Exported, GrafanaRule, export

WIDTH = 98
WRITTEN_BY = "Written by `snowgrid rules export --grafana`; change the rules, not this file."
ALWAYS_LOST = (
    "It evaluates once a minute, and on what is stored: a database that is behind delays it.",
    "An alert that comes and goes often is not held: Grafana knows no `flap`.",
    "A device counts as known for a day after it was last heard; its silence is over then.",
    "Silence is noticed between once and twice the time that the rule gives.",
    "A number whose last reading is long past is not remembered: its alert ends.",
)


def export_all(rules: Iterable[Rule], kinds: Mapping[str, Kind]) -> Exported:
    """Turn rules into Grafana's."""
    exported = Exported()
    for rule in rules:
        export(rule, kinds[rule.kind], exported)
    return exported


def rendered(exported: Exported) -> str:
    """Return the file, what is lost at its head."""
    comments = [WRITTEN_BY, "", "What Grafana cannot express:", "", *_bullets(exported)]
    head = "".join(f"# {line}".rstrip() + "\n" for line in comments)
    groups: dict[tuple[str, str], list[GrafanaRule]] = defaultdict(list)
    for rule in exported.rules:
        groups[rule.severity, rule.kind].append(rule)
    listed = [
        {
            "orgId": 1,
            "name": kind,
            # A folder for each severity, for titles are unique in one.
            "folder": f"Snowgrid {severity}",
            "interval": duration(EVERY_S),
            "rules": [_rule(rule) for rule in rules],
        }
        for (severity, kind), rules in groups.items()
    ]
    body = yaml.safe_dump(
        {"apiVersion": 1, "groups": listed}, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return f"{head}\n{body}"


def losses_text(exported: Exported) -> str:
    """Return what is lost, for a person who exports."""
    return "\n".join(["Grafana cannot express:", *_bullets(exported)])


def _bullets(exported: Exported) -> list[str]:
    return [
        line
        for loss in (*ALWAYS_LOST, *exported.losses)
        for line in wrap(
            loss, WIDTH - 4, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False
        )
    ]


def _rule(rule: GrafanaRule) -> dict[str, object]:
    return {
        "uid": rule.uid,
        "title": rule.title,
        "condition": rule.condition,
        "for": duration(rule.for_s),
        "keepFiringFor": duration(rule.keep_firing_s),
        "noDataState": "OK",
        "execErrState": "Error",
        "labels": dict(rule.labels),
        "annotations": dict(rule.annotations),
        "data": rule.nodes,
    }

"""Grafana's provisioning: files of the right form that fit each other and the deployment."""

from collections import Counter
from typing import TypeVar

import pytest
import yaml

from dashboards.grafana.wording import BUCKETS
from dashboards.model.query import Database
from snowgrid.deployment.grafana_rules.nodes import DATASOURCE
from tests.deployment.provisioning import Contacts, Datasources, Providers, Rules, Strict
from tests.deployment.stack import ROOT

FOLDER = ROOT / "dashboards/provisioning"
FORMS: dict[str, type[Strict]] = {
    "datasources/snowgrid.yaml": Datasources,
    "optional/prometheus.yaml": Datasources,
    "dashboards/snowgrid.yaml": Providers,
    "alerting/contact-points.yaml": Contacts,
    "alerting/rules.yaml": Rules,
}


T = TypeVar("T", bound=Strict)


def read(name: str, form: type[T]) -> T:
    return form.model_validate(yaml.load((FOLDER / name).read_text("utf-8"), yaml.CSafeLoader))


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read("alerting/rules.yaml", Rules)


@pytest.mark.parametrize("name", FORMS)
def test_a_file_has_the_form_that_grafana_reads(name: str):
    assert read(name, FORMS[name])


def test_there_is_no_file_that_nobody_checks():
    there = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    assert there == set(FORMS)


def test_rules_and_boards_ask_the_data_source_that_is_there():
    (source,) = read("datasources/snowgrid.yaml", Datasources).datasources
    assert source.uid == DATASOURCE
    assert source.type == "influxdb"
    assert source.settings.db == BUCKETS[Database.RAW]


def test_titles_are_unique_in_a_folder_and_uids_everywhere(rules: Rules):
    uids = Counter(rule.uid for group in rules.groups for rule in group.rules)
    titles = Counter((group.folder, rule.title) for group in rules.groups for rule in group.rules)
    assert set(uids.values()) == set(titles.values()) == {1}


def test_every_rule_says_who_evaluates_it_so_that_nobody_is_told_twice(rules: Rules):
    for group in rules.groups:
        for rule in group.rules:
            assert rule.labels["evaluated_by"] == "grafana"
            assert group.folder == f"Snowgrid {rule.labels['severity']}"
            assert rule.annotations["summary"]

"""What boards ask of the service and of alerts is what the service writes."""

import re

import pytest
from prometheus_client import generate_latest

from dashboards.asking import alerts, service
from dashboards.boards import pipeline_prometheus
from dashboards.model.query import Database, Function
from devices.schema import Severity
from ingest import own_figures
from ingest.alerts import forms
from ingest.core.rejection import REASONS
from ingest.metrics import registry_of
from ingest.vitals import Vitals
from tests.dashboards.declared import declared_facts
from tests.ingest.alerts.examples import HOT, WHOLE

VITALS = Vitals(started_at=0.0, broker="broker:1883", lag_s=1.0, last_commit_at=1.0)
METRIC = re.compile(r"(?:snowgrid|process)_\w+")


def test_the_figures_of_the_service_are_those_that_it_writes():
    assert set(own_figures.figures(VITALS)) == service.FIGURES
    assert service.SERVICE.measurement == own_figures.MEASUREMENT
    assert set(service.REASONS) == set(REASONS)


def test_a_figure_that_the_service_does_not_keep_is_refused():
    with pytest.raises(ValueError, match="keeps no figure 'readings_vanished'"):
        service.level("readings_vanished")


def test_a_rate_is_taken_of_each_instance_before_they_are_summed():
    query = service.rate("readings_received")
    assert query.inner is not None
    assert query.inner.by == ("instance",)
    assert query.inner.columns[0].function is Function.RATE
    assert (query.columns[0].function, query.by) == (Function.SUM, ())


def test_growth_over_the_range_is_the_sum_of_growth_in_its_intervals():
    query = service.growth("readings_rejected")
    assert query.inner is not None
    assert (query.over_time, query.inner.over_time) == (False, True)
    assert query.inner.columns[0].function is Function.GROWTH


def test_rows_of_alerts_have_the_tags_and_columns_that_boards_ask_for():
    rows = forms.rows_of([HOT, WHOLE])
    assert rows.measurement == alerts.ALERT.measurement
    assert rows.bucket.value == alerts.ALERT.database.value == Database.RAW.value
    assert tuple(rows.tags) == alerts.TAGS
    assert set(alerts.FIELDS) == set(rows.columns)
    assert rows.tags["device"][1] == alerts.WHOLE_SITE
    assert alerts.BEGINNING.values[0] in rows.columns["state"]


def test_what_fires_is_the_latest_row_of_an_alert_if_it_is_a_beginning():
    query = alerts.firing()
    assert query.inner is not None
    assert (query.inner.newest, query.inner.by) == (1, alerts.TAGS)
    assert query.where == (alerts.BEGINNING,)


def test_critical_alerts_can_be_asked_for_alone():
    conditions = alerts.firing(only=Severity.CRITICAL).where
    assert [(each.name, each.values) for each in conditions] == [
        ("state", ("firing",)),
        ("severity", ("critical",)),
    ]


def test_an_alert_that_began_before_the_time_range_still_fires():
    for query in (alerts.firing(), alerts.firing_count(Severity.CRITICAL)):
        assert query.inner is not None
        assert query.back_s == query.inner.back_s == alerts.LOOK_BACK_S


def test_every_metric_of_the_prometheus_board_is_one_of_the_service():
    exposed = generate_latest(registry_of(VITALS)).decode()
    known = set(METRIC.findall(exposed))
    panels = pipeline_prometheus.board(declared_facts()).panels
    exprs = [target.expr for panel in panels for target in panel.prom_targets]
    asked = {name for expr in exprs for name in METRIC.findall(expr)}
    assert len(exprs) > len(panels)
    assert asked - known == set()

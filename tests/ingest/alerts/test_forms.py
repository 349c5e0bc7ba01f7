"""How an alert is written down for each of those who are told."""

import json
from dataclasses import replace

from devices.schema import Severity
from ingest.alerts.forms import (
    WHOLE_SITE,
    as_json,
    for_alertmanager,
    payload_of,
    rows_of,
    topic_of,
)
from tests.ingest.alerts.examples import HOT, NOW_MS, SILENT, WHOLE, resolved


def test_the_topic_names_site_kind_device_and_rule():
    assert topic_of(HOT) == "alert/zhangbei/rack_sensor/rack-001/rack-inlet-hot"
    assert topic_of(WHOLE) == f"alert/zhangbei/rack_sensor/{WHOLE_SITE}/site-load-high"


def test_the_payload_is_json_without_nan():
    told = json.loads(payload_of(SILENT))
    assert told["value"] is None
    assert told["state"] == "firing"
    assert told["firing"] == NOW_MS
    assert as_json(WHOLE)["device"] is None


def test_the_payload_tells_when_it_began_and_when_it_changed_last():
    worse = replace(HOT, severity=Severity.CRITICAL, changed_ms=NOW_MS + 7_000)
    told = as_json(worse)
    assert (told["since"], told["firing"]) == (NOW_MS - 120_000, NOW_MS)
    assert (told["changed"], told["resolved"]) == (NOW_MS + 7_000, None)


def test_transitions_become_rows_of_one_measurement():
    rows = rows_of([HOT, resolved(WHOLE)])
    assert rows.measurement == "alert"
    assert rows.tags["device"] == ["rack-001", WHOLE_SITE]
    assert rows.columns["state"] == ["firing", "resolved"]
    assert list(rows.columns["firing"]) == [1.0, 0.0]
    assert rows.ts_ms.tolist() == [NOW_MS, NOW_MS + 5_000]


def test_every_change_of_an_alert_is_a_row_of_its_own():
    worse = replace(HOT, severity=Severity.CRITICAL, changed_ms=NOW_MS + 1_000)
    rows = rows_of([HOT, worse, replace(HOT, changed_ms=NOW_MS + 2_000), resolved(HOT)])
    assert len(set(rows.ts_ms.tolist())) == 4


def test_labels_of_a_rule_do_not_replace_those_of_the_alert():
    form = for_alertmanager(
        HOT, labels={"team": "hall", "severity": "none"}, annotations={}, ends_ms=NOW_MS, url=""
    )
    labels = form["labels"]
    assert labels == {
        "alertname": "rack-inlet-hot",
        "severity": "warning",
        "site": "zhangbei",
        "kind": "rack_sensor",
        "device": "rack-001",
        "team": "hall",
    }
    assert form["startsAt"] == "2027-01-15T08:00:00.000Z"

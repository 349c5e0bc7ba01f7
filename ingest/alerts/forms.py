"""The forms in which an alert is told: topic and payload, JSON, a row for the store."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
import orjson

from ingest.core.rows import Bucket, Rows
from ingest.rules.alert import Alert, AlertState

WHOLE_SITE = "_site"
"""Stands for the device where a rule watches a whole site; no device can be called so."""

MEASUREMENT = "alert"


def topic_of(alert: Alert) -> str:
    """Return `alert/{site}/{kind}/{device}/{rule}`."""
    return "/".join(("alert", alert.site, alert.kind, alert.device or WHOLE_SITE, alert.rule))


def as_json(alert: Alert) -> dict[str, str | int | float | None]:
    """Return an alert as people's programs get it; times in Unix milliseconds."""
    return {
        "rule": alert.rule,
        "severity": alert.severity.value,
        "state": alert.state.value,
        "site": alert.site,
        "kind": alert.kind,
        "device": alert.device or None,
        "value": None if math.isnan(alert.value) else alert.value,
        "summary": alert.summary,
        "since": alert.since_ms,
        "changed": alert.changed_ms,
        "firing": alert.firing_ms,
        "resolved": alert.resolved_ms,
    }


def payload_of(alert: Alert) -> bytes:
    """Return the payload of an alert's topic."""
    return orjson.dumps(as_json(alert))


def rows_of(transitions: Sequence[Alert]) -> Rows:
    """Return a row for each transition, at the moment of it, for the measurement `alert`."""
    return Rows(
        bucket=Bucket.RAW,
        measurement=MEASUREMENT,
        tags={
            "site": [alert.site for alert in transitions],
            "kind": [alert.kind for alert in transitions],
            "device": [alert.device or WHOLE_SITE for alert in transitions],
            "rule": [alert.rule for alert in transitions],
        },
        ts_ms=np.array([alert.changed_ms for alert in transitions], dtype=np.int64),
        columns={
            "state": [alert.state.value for alert in transitions],
            "severity": [alert.severity.value for alert in transitions],
            "summary": [alert.summary for alert in transitions],
            "value": np.array([alert.value for alert in transitions], dtype=np.float64),
            "firing": np.array([alert.state is AlertState.FIRING for alert in transitions], float),
        },
    )


def for_alertmanager(
    alert: Alert,
    *,
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    ends_ms: int,
    url: str,
) -> dict[str, str | dict[str, str]]:
    """Return an alert in the form of Alertmanager's API v2.

    Args:
        alert: Firing or resolved.
        labels: More labels, of the rule; those of the alert win.
        annotations: More text, of the rule.
        ends_ms: When it is over, or when to take it for over unless told again.
        url: Where a person can look, or an empty string.
    """
    own = {
        "alertname": alert.rule,
        "severity": alert.severity.value,
        "site": alert.site,
        "kind": alert.kind,
    }
    if alert.device:
        own["device"] = alert.device
    texts = dict(annotations) | {"summary": alert.summary}
    if not math.isnan(alert.value):
        texts["value"] = f"{alert.value:g}"
    return {
        "labels": dict(labels) | own,
        "annotations": texts,
        "startsAt": _rfc3339(alert.firing_ms or alert.since_ms),
        "endsAt": _rfc3339(ends_ms),
        "generatorURL": url,
    }


def _rfc3339(moment_ms: int) -> str:
    moment = datetime.fromtimestamp(moment_ms // 1000, UTC).replace(microsecond=0)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment_ms % 1000:03}Z"

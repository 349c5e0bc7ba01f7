"""A real Alertmanager receives, groups, silences and forgets what it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from devices.schema import Severity
from ingest.alerts.alertmanager_output import AlertmanagerOutput
from ingest.clock import wall_clock_ms
from ingest.rules.alert import Alert
from ingest.rules.rule import Level, Rule
from tests.eventually import eventually
from tests.ingest.alerts.examples import HOT, WHOLE, resolved
from tests.servers.alertmanager import Alertmanager
from tests.servers.process import Launch

RULES = {
    HOT.rule: Rule(
        name=HOT.rule,
        kind=HOT.kind,
        levels=(Level(severity=HOT.severity, conditions=()),),
        labels={"team": "hall"},
        annotations={"runbook": "open the doors"},
    )
}


@pytest.fixture
def alertmanager(launch: Launch, tmp_path) -> Alertmanager:
    return launch(Alertmanager(tmp_path / "alertmanager"))


@asynccontextmanager
async def running(
    alertmanager: Alertmanager, *, repeat_s: float = 60.0
) -> AsyncIterator[AlertmanagerOutput]:
    output = AlertmanagerOutput(
        alertmanager.url, RULES, repeat_s=repeat_s, now_ms=wall_clock_ms, link="http://grafana/"
    )
    task = asyncio.create_task(output.run())
    try:
        yield output
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def now(alert: Alert) -> Alert:
    """The alert as of now: Alertmanager goes by the clock."""
    return replace(alert, firing_ms=wall_clock_ms())


def names(alertmanager: Alertmanager, **parameters: str) -> set[str]:
    return {alert["labels"]["alertname"] for alert in alertmanager.alerts(**parameters)}


def severities(alertmanager: Alertmanager) -> list[str]:
    return [alert["labels"]["severity"] for alert in alertmanager.alerts(active="true")]


async def test_what_fires_arrives_with_labels_and_annotations(alertmanager):
    async with running(alertmanager) as output:
        output.tell([now(HOT), now(WHOLE)], [])
        await asyncio.wait_for(output.finish(), 15)
    (hot,) = [a for a in alertmanager.alerts() if a["labels"]["alertname"] == HOT.rule]
    assert hot["labels"]["team"] == "hall"
    assert hot["labels"]["device"] == "rack-001"
    assert hot["annotations"]["summary"] == HOT.summary
    assert hot["annotations"]["runbook"] == "open the doors"
    assert hot["generatorURL"] == "http://grafana/"
    assert hot["status"]["state"] == "active"


async def test_it_groups_and_silences_them(alertmanager):
    other = replace(now(HOT), device="rack-009")
    async with running(alertmanager) as output:
        output.tell([now(HOT), other, now(WHOLE)], [])
        await asyncio.wait_for(output.finish(), 15)
        await eventually(lambda: len(alertmanager.groups()) == 2)
    sizes = sorted(len(group["alerts"]) for group in alertmanager.groups())
    assert sizes == [1, 2]
    start = datetime.now(UTC)
    alertmanager.silence("device", "rack-009", start, start + timedelta(hours=1))
    await eventually(
        lambda: (
            {
                alert["labels"].get("device")
                for alert in alertmanager.alerts()
                if alert["status"]["state"] == "suppressed"
            }
            == {"rack-009"}
        )
    )


async def test_what_is_resolved_is_gone(alertmanager):
    async with running(alertmanager) as output:
        output.tell([now(HOT), now(WHOLE)], [])
        await asyncio.wait_for(output.finish(), 15)
        output.tell([resolved(now(HOT), wall_clock_ms())], [])
        await asyncio.wait_for(output.finish(), 15)
    assert names(alertmanager, active="true") == {WHOLE.rule}


async def test_with_another_severity_the_one_before_is_gone(alertmanager):
    async with running(alertmanager) as output:
        first = now(HOT)
        for severity in (Severity.WARNING, Severity.CRITICAL, Severity.WARNING, Severity.CRITICAL):
            output.tell([replace(first, severity=severity, changed_ms=wall_clock_ms())], [])
            await asyncio.wait_for(output.finish(), 15)
        await eventually(lambda: severities(alertmanager) == ["critical"])
        output.tell([resolved(replace(first, severity=Severity.CRITICAL), wall_clock_ms())], [])
        await asyncio.wait_for(output.finish(), 15)
        await eventually(lambda: severities(alertmanager) == [])


async def test_what_fires_is_repeated_before_it_would_be_taken_for_over(alertmanager):
    async with running(alertmanager, repeat_s=0.2) as output:
        output.tell([now(HOT)], [])
        await asyncio.wait_for(output.finish(), 15)
        (before,) = alertmanager.alerts()
        await eventually(lambda: alertmanager.alerts()[0]["updatedAt"] != before["updatedAt"])
        assert alertmanager.alerts()[0]["startsAt"] == before["startsAt"]


async def test_one_that_was_away_hears_the_present_state_only(alertmanager):
    alertmanager.stop()
    async with running(alertmanager) as output:
        output.tell([now(HOT), now(WHOLE)], [])
        await eventually(lambda: output.complaint)
        assert alertmanager.url in output.complaint
        for _ in range(1_000):
            output.tell([resolved(now(HOT), wall_clock_ms())], [])
            output.tell([now(HOT)], [])
        output.tell([resolved(now(HOT), wall_clock_ms())], [])
        alertmanager.start()
        await asyncio.wait_for(output.finish(), 40)
        assert output.complaint == ""
    assert names(alertmanager, active="true") == {WHOLE.rule}

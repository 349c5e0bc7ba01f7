"""`snowgrid alerts`, as people and as programs read it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from typer.testing import CliRunner, Result

from devices.schema import Severity
from ingest.http import serving
from ingest.rules.alert import Alert
from ingest.settings import HttpSettings
from ingest.vitals import Vitals
from snowgrid.__main__ import app
from tests.ingest.alerts.examples import HOT, SILENT, WHOLE

Ask = Callable[..., "asyncio.Future[Result]"]


@pytest.fixture
def vitals() -> Vitals:
    return Vitals(started_at=0.0, broker="b:1883")


@pytest.fixture
async def ask(vitals: Vitals) -> AsyncIterator[Ask]:
    """Run `snowgrid alerts` against a service that has these vitals."""
    async with serving(HttpSettings(port=0), vitals) as url:

        def run(*arguments: str) -> Result:
            return CliRunner().invoke(
                app, ["alerts", "--url", url, *arguments], env={"COLUMNS": "120"}
            )

        yield lambda *arguments: asyncio.ensure_future(asyncio.to_thread(run, *arguments))


def firing(*alerts: Alert) -> Callable[[], tuple[Alert, ...]]:
    return lambda: alerts


async def test_nothing_fires(ask):
    result = await ask()
    assert result.exit_code == 0
    assert "Nothing fires." in result.output


async def test_the_worst_and_then_the_newest_come_first(ask, vitals):
    worst = replace(WHOLE, severity=Severity.CRITICAL)
    newest = replace(SILENT, firing_ms=(HOT.firing_ms or 0) + 60_000)
    vitals.firing = firing(HOT, newest, worst)
    result = await ask()
    shown = [re.split(r" {2,}", line)[3] for line in result.output.splitlines()[3:]]
    assert shown == ["(site)", "rack-002", "rack-001"]
    assert "1 critical, 2 warning" in result.output
    assert HOT.summary in result.output


async def test_something_critical_is_an_exit_code(ask, vitals):
    vitals.firing = firing(HOT)
    assert (await ask()).exit_code == 0
    vitals.firing = firing(replace(HOT, severity=Severity.CRITICAL))
    assert (await ask()).exit_code == 1


async def test_json_is_what_the_service_says(ask, vitals):
    vitals.firing = firing(HOT, SILENT)
    told = json.loads((await ask("--json")).output)
    assert [alert["rule"] for alert in told] == [HOT.rule, SILENT.rule]
    assert told[1]["value"] is None


def test_a_service_that_is_not_there_is_named_with_the_fix():
    result = CliRunner().invoke(app, ["alerts", "--url", "http://127.0.0.1:9"])
    assert "http://127.0.0.1:9: no service answers" in str(result.exception)
    assert "snowgrid ingest" in str(result.exception)

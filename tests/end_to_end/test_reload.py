"""The service takes new settings and rules over while readings stream, and none is missing."""

import asyncio
import json
import signal
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from typer.testing import CliRunner

from snowgrid.__main__ import app
from tests.end_to_end.databases import InDuckdb, InInfluxdb, Kept
from tests.end_to_end.meters import Meters
from tests.end_to_end.services import Ingest, ready
from tests.end_to_end.test_nothing_lost import finished, streaming
from tests.eventually import eventually
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

GOOD = "[validation]\nmax_future_s = 60.0\n"
OTHER_TOPICS = '[mqtt]\ntopics = ["telemetry/town/#", "telemetry/+/rack_sensor/+"]\n'
BAD = "[validation]\nmax_future_s = -1\n"
HALF = "[validation"
MISSPELT = '[mqtt]\ntopic = "telemetry/#"\n'

HIGH = """
rules:
  - {name: high, kind: smart_meter, field: voltage_l1_v, above: %s, summary: "%s"}
  - {name: absurd, kind: smart_meter, field: voltage_l1_v, above: 150}
"""


class Configured(Ingest):
    """A service whose file of settings the test writes; the fixed ones are options."""

    def __init__(
        self, folder: Path, broker: Mosquitto, kept: Kept, text: str, **changes: object
    ) -> None:
        super().__init__(folder, broker, kept, **changes)
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "settings.toml"
        self.file.write_text(text)

    def _command(self) -> list[str]:
        return [*super()._command(), "--config", str(self.file)]

    async def hang_up(self, text: str) -> dict[str, Any]:
        """Write other settings, send SIGHUP, and return the line that says what came of it."""
        seen = len(self.events)
        self.file.write_text(text)
        self.signal(signal.SIGHUP)
        await eventually(lambda: any("reloaded" in e["event"] for e in self.events[seen:]))
        return next(e for e in self.events[seen:] if "reloaded" in e["event"])

    def reload(self, *options: str) -> tuple[int, str]:
        """Run the command, and return its exit code and what it printed."""
        done = CliRunner().invoke(app, ["reload", "--url", self.url, *options])
        return done.exit_code, done.output

    def firing(self) -> dict[str, Any]:
        """Return the alerts of one meter that fire, by rule."""
        with urlopen(f"{self.url}/alerts", timeout=20) as answer:
            alerts = json.load(answer)["alerts"]
        return {alert["rule"]: alert for alert in alerts if alert["device"] == "m-0"}


async def test_nothing_is_missing_however_often_settings_are_renewed(
    tmp_path: Path, launch: Launch, broker: Mosquitto, meters: Meters
):
    kept = InDuckdb(tmp_path / "s.duckdb")
    service = launch(Configured(tmp_path / "service", broker, kept, ""))
    await ready(service)
    async with streaming(broker, meters) as stream:
        for text in (GOOD, BAD, OTHER_TOPICS, HALF, "", OTHER_TOPICS, MISSPELT, GOOD):
            await stream.goes_on()
            said = (await service.hang_up(text))["event"]
            bad = text in {BAD, HALF, MISSPELT}
            assert said.startswith("not reloaded" if bad else "reloaded")
            assert bad == (str(service.file) in said)
        for _ in range(20):
            service.signal(signal.SIGHUP)
            await asyncio.sleep(0)
        await stream.goes_on()
    await finished(service, broker)
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0
    (stopped,) = service.logged("stopped")
    assert stopped["balanced"]
    assert stopped["rejected"] == 0
    assert kept.readings() == sorted(map(meters.stored, range(stream.acknowledged)))
    session = json.loads((tmp_path / "s-session.json").read_bytes())
    assert session["topics"] == ["telemetry/#"]


@pytest.fixture
def service(tmp_path: Path, launch: Launch, broker: Mosquitto) -> Configured:
    (tmp_path / "rules.yaml").write_text(HIGH % ("199", "is high"))
    with_rules = f'[alerts]\nrules = ["{tmp_path / "rules.yaml"}"]\ndefaults = false\n'
    kept = InDuckdb(tmp_path / "s.duckdb")
    return launch(Configured(tmp_path / "service", broker, kept, with_rules))


async def test_an_alert_whose_rule_stays_goes_on_firing(
    service: Configured, tmp_path: Path, broker: Mosquitto, meters: Meters
):
    await ready(service)
    async with streaming(broker, meters) as stream:
        await eventually(lambda: set(service.firing()) == {"high", "absurd"})
        since = service.firing()["high"]["since"]
        only_high = HIGH.partition("  - {name: absurd")[0]
        (tmp_path / "rules.yaml").write_text(only_high % ("199", "is still high"))
        code, printed = await asyncio.to_thread(service.reload)
        assert (code, printed) == (0, "Reloaded.\n  rules changed: high; gone: absurd\n")
        assert set(service.firing()) == {"high"}
        assert service.firing()["high"]["since"] == since
        stream.stop()
    resolved = service.logged("alert resolved")
    assert {alert["rule"] for alert in resolved} == {"absurd"}


async def test_the_command_says_what_changed_what_waits_and_what_is_wrong(
    service: Configured, tmp_path: Path
):
    await ready(service)
    before = service.file.read_text()
    assert await asyncio.to_thread(service.reload) == (0, "Nothing has changed.\n")
    service.file.write_text(f"{before}[validation]\nmax_future_s = 60\n[batch]\nlinger_s = 1.0\n")
    for first in ("Reloaded.\n  validation.max_future_s: 300.0 → 60.0", "Nothing has changed."):
        code, printed = await asyncio.to_thread(service.reload)
        waits = "takes effect after a restart: batch.linger_s: 0.2 → 1.0"
        assert (code, printed) == (1, f"{first}\n  {waits}\n")
    (tmp_path / "rules.yaml").write_text("rules: [{name: high, kind: smart_metre}]")
    code, printed = await asyncio.to_thread(service.reload)
    assert code == 2
    assert printed.startswith("Not reloaded; the service goes on as before.\n  ")
    assert f"{tmp_path / 'rules.yaml'}:1: rule 'high': kind" in printed
    code, printed = await asyncio.to_thread(service.reload, "--json")
    assert code == 2
    (problem,) = json.loads(printed)["problems"]
    assert "smart_meter" in problem


async def test_workers_reload_together_and_say_what_was_dealt_at_their_start(
    tmp_path: Path, launch: Launch, broker: Mosquitto, influxdb: Database
):
    kept = InInfluxdb(influxdb)
    service = launch(Configured(tmp_path / "service", broker, kept, "", service__workers=2))
    await ready(service)
    service.file.write_text(f"{OTHER_TOPICS}{GOOD}")
    code, printed = await asyncio.to_thread(service.reload)
    others = "telemetry/town/#, telemetry/+/rack_sensor/+"
    assert code == 1
    assert printed.splitlines() == [
        "Reloaded.",
        "  validation.max_future_s: 300.0 → 60.0",
        f"  takes effect after a restart: mqtt.topics: telemetry/# → {others}",
    ]
    assert {event["worker"] for event in service.logged("reloaded")} == {"1", "2"}
    service.file.write_text(BAD)
    service.signal(signal.SIGHUP)
    await eventually(lambda: service.logged("not reloaded"))
    assert str(service.file) in service.logged("not reloaded")[0]["event"]

"""New settings are taken over as a whole, or not at all."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from devices.registry import kinds
from ingest.errors import BrokerRefused
from ingest.parts import Parts, open_parts
from ingest.reload import reloader
from ingest.reload.outcome import Outcome
from ingest.reload.reloader import Reloader, Renewal
from ingest.service import new_vitals
from ingest.settings import LogSettings, Settings, load_settings
from ingest.vitals import Vitals
from tests.eventually import eventually

ONE = "rules: [{name: one, kind: ups, no_data_for: 5m}]"
TWO = "rules: [{name: two, kind: ups, no_data_for: 5m}]"


class Running:
    """Parts that are open, without a broker, and the file that they are renewed from."""

    def __init__(self, folder: Path) -> None:
        self.rules = folder / "rules.yaml"
        self.rules.write_text(ONE)
        self.file = folder / "settings.toml"
        self.fixed = {
            "store.kind": "duckdb",
            "store.duckdb.path": folder / "s.duckdb",
            "deadletters.dir": folder / "deadletters",
            "http.enabled": False,
            "alerts.rules": str(self.rules),
            "alerts.defaults": False,
            "alerts.mqtt": False,
        }
        self.file.write_text("")
        self.asked = asyncio.Event()
        self.parts: Parts
        self.vitals: Vitals
        self.reloader: Reloader

    def read(self) -> Settings:
        return load_settings(self.file, self.fixed, env={})

    async def open(self, stack: AsyncExitStack) -> None:
        settings = self.read()
        self.vitals = new_vitals(settings)
        self.parts = await open_parts(stack, settings, kinds(), self.vitals)
        renewal = Renewal(self.read, self.asked)
        self.reloader = Reloader(self.parts, kinds(), self.vitals, renewal)

    @property
    def rule_names(self) -> set[str]:
        assert self.parts.alerts
        return set(self.parts.alerts.evaluator.rules)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Running]:
    running = Running(tmp_path)
    async with AsyncExitStack() as stack:
        await running.open(stack)
        yield running


async def test_nothing_changed_is_nothing_changed(service: Running) -> None:
    outcome = await service.reloader.reload()
    assert outcome == Outcome()


async def test_settings_and_rules_are_taken_over_together(service: Running) -> None:
    service.file.write_text('[validation]\nunknown_fields = "reject"\nmax_devices = 7\n')
    service.rules.write_text(TWO)
    outcome = await service.reloader.reload()
    assert [change.key for change in outcome.changed] == [
        "validation.max_devices",
        "validation.unknown_fields",
    ]
    assert (outcome.rules.added, outcome.rules.removed) == (("two",), ("one",))
    assert service.rule_names == {"two"}
    assert service.parts.decoder.registry.most == service.vitals.max_devices == 7
    again = await service.reloader.reload()
    assert not again.changed


async def test_outputs_rollups_and_log_go_by_the_new_settings(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged: list[LogSettings] = []
    monkeypatch.setattr(reloader, "configure_logging", logged.append)
    service.file.write_text(
        '[alerts]\nlog = false\nwebhook_url = "http://127.0.0.1:9/"\n'
        '[rollups]\nlateness_s = 7\n[log]\nlevel = "debug"\n'
    )
    outcome = await service.reloader.reload()
    assert not outcome.restart
    assert service.parts.alerts
    assert set(service.parts.alerts.outputs._made) == {"store", "webhook"}
    assert service.parts.rollups
    assert service.parts.rollups._rollups._lateness_ms == 7_000
    assert [settings.level for settings in logged] == ["debug"]


def _break_settings(service: Running) -> None:
    service.file.write_text("[validation]\nmax_devices = 0\n")


def _break_rules(service: Running) -> None:
    service.rules.write_text("rules: [{name: two, kind: upsilon, no_data_for: 5m}]")


def _remove_the_file(service: Running) -> None:
    service.file.unlink()


def _refuse_topics(service: Running) -> None:
    async def subscribe_to(_: object) -> bool:
        raise BrokerRefused("the broker refused the subscription to 'secret/#'")

    service.parts.subscriber.subscribe_to = subscribe_to  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (_break_settings, "settings.toml: validation.max_devices"),
        (_break_rules, "rules.yaml:1: rule 'two'"),
        (_remove_the_file, "settings.toml: no such file"),
        (_refuse_topics, "refused the subscription to 'secret/#'"),
    ],
)
async def test_if_anything_is_wrong_everything_is_as_it_was(
    service: Running,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Running], None],
    problem: str,
) -> None:
    before = service.parts.settings
    service.file.write_text('[validation]\nmax_devices = 7\n[mqtt]\ntopics = ["secret/#"]\n')
    service.rules.write_text(TWO)
    spoil(service)
    outcome = await service.reloader.reload()
    assert outcome.refused
    assert outcome == Outcome(problems=outcome.problems)
    assert problem in outcome.problems[0]
    assert f"not reloaded, going on as before: {outcome.problems[0]}" in caplog.messages
    assert service.parts.settings == before
    assert service.rule_names == {"one"}
    assert service.parts.decoder.registry.most == before.validation.max_devices
    assert problem in service.vitals.complaints[-1]


async def test_a_refusal_is_forgotten_when_the_file_is_mended(service: Running) -> None:
    _break_settings(service)
    await service.reloader.reload()
    assert service.vitals.reload_complaint
    service.file.write_text("")
    await service.reloader.reload()
    assert not service.vitals.reload_complaint


async def test_what_waits_for_a_restart_is_said_each_time(
    service: Running, caplog: pytest.LogCaptureFixture
) -> None:
    service.file.write_text('[mqtt]\nclient_id = "another"\n')
    for _ in range(2):
        caplog.clear()
        outcome = await service.reloader.reload()
        assert [change.key for change in outcome.restart] == ["mqtt.client_id"]
        said = "takes effect after a restart: mqtt.client_id: snowgrid-ingest → another"
        assert said in caplog.messages
    assert service.parts.settings.mqtt.client_id == "snowgrid-ingest"


async def test_while_the_broker_is_away_new_topics_wait_for_it(service: Running) -> None:
    service.file.write_text('[mqtt]\ntopics = ["telemetry/a/#"]\n')
    outcome = await service.reloader.reload()
    assert outcome.notes == ("mqtt.topics: in force as soon as 127.0.0.1:1883 is connected again",)
    assert service.parts.settings.mqtt.topics == ("telemetry/a/#",)


async def test_it_reloads_whenever_it_is_asked_to(
    service: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    task = asyncio.create_task(service.reloader.run())
    for count in (1, 2):
        service.asked.set()
        await eventually(
            lambda: caplog.messages.count("reloaded; nothing has changed") == count  # noqa: B023
        )
    task.cancel()
    await asyncio.wait([task])

"""Rules and outputs are exchanged while alerts fire; who stays hears nothing of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ingest.alerts.outputs import Outputs, Planned
from ingest.alerts.service import AlertService
from ingest.alerts.state_file import StateFile
from ingest.rules.alert import Alert, AlertState
from tests.eventually import eventually
from tests.ingest.alerts.examples import HOT, NOW_MS, SILENT, Scripted


class Heard:
    """Keeps what it is told, and what became of it."""

    complaint = ""

    def __init__(self) -> None:
        self.transitions: list[Alert] = []
        self.firing: list[Alert] = []
        self.running = self.finished = False

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        self.transitions += transitions
        self.firing = list(firing)

    async def run(self) -> None:
        self.running = True
        try:
            await asyncio.Event().wait()
        finally:
            self.running = False

    async def finish(self) -> None:
        self.finished = True


def planned(name: str, output: Heard, made_from: str = "") -> Planned:
    return Planned(name=name, made_from=made_from, make=lambda: output)


def rules(*names: str) -> Any:
    return [SimpleNamespace(name=name) for name in names]


ALL = rules(HOT.rule, SILENT.rule)


@asynccontextmanager
async def running(folder: Path, *outputs: Planned) -> AsyncIterator[AlertService]:
    evaluator = Scripted(HOT, SILENT)
    file = StateFile(folder / "alerts.state")
    alerts = AlertService(evaluator, Outputs(outputs), file, now_ms=lambda: NOW_MS)
    task = asyncio.create_task(alerts.run())
    yield alerts
    task.cancel()
    await asyncio.wait([task])


async def test_an_output_that_stays_is_the_same_and_hears_nothing(tmp_path: Path) -> None:
    stays = Heard()
    async with running(tmp_path, planned("a", stays)) as alerts:
        await eventually(lambda: stays.running)
        stays.transitions.clear()
        alerts.adopt(ALL, alerts.outputs.prepare([planned("a", Heard())]))
        assert alerts.firing == (HOT, SILENT)
        assert stays.transitions == []
        alerts.adopt(rules(SILENT.rule), alerts.outputs.prepare([planned("a", Heard())]))
        assert [alert.rule for alert in stays.transitions] == [HOT.rule]
        assert stays.running


async def test_what_fired_by_a_rule_that_is_gone_is_told_as_resolved(tmp_path: Path) -> None:
    stays = Heard()
    async with running(tmp_path, planned("a", stays)) as alerts:
        stays.transitions.clear()
        alerts.adopt(rules(SILENT.rule), alerts.outputs.prepare([planned("a", stays)]))
        (farewell,) = stays.transitions
        assert (farewell.identity, farewell.state) == (HOT.identity, AlertState.RESOLVED)
        assert farewell.resolved_ms == NOW_MS
        assert alerts.firing == (SILENT,)


async def test_a_new_output_begins_with_all_that_fires(tmp_path: Path) -> None:
    comes = Heard()
    async with running(tmp_path) as alerts:
        await asyncio.sleep(0)
        alerts.adopt(ALL, alerts.outputs.prepare([planned("a", comes)]))
        assert (comes.firing, comes.transitions) == ([HOT, SILENT], [])
        await eventually(lambda: comes.running)


async def test_an_output_that_goes_is_told_that_all_is_over(tmp_path: Path) -> None:
    goes = Heard()
    async with running(tmp_path, planned("a", goes)) as alerts:
        await eventually(lambda: goes.running)
        goes.transitions.clear()
        alerts.adopt(ALL, alerts.outputs.prepare([]))
        assert [alert.state for alert in goes.transitions] == [AlertState.RESOLVED] * 2
        await eventually(lambda: not goes.running)
        assert goes.finished


async def test_an_output_with_other_settings_begins_when_its_predecessor_has_ended(
    tmp_path: Path,
) -> None:
    old, new = Heard(), Heard()
    ended_first: list[bool] = []
    run = new.run

    async def watched() -> None:
        ended_first.append(not old.running)
        await run()

    new.run = watched  # type: ignore[method-assign]
    async with running(tmp_path, planned("a", old, "one url")) as alerts:
        await eventually(lambda: old.running)
        old.transitions.clear()
        alerts.adopt(ALL, alerts.outputs.prepare([planned("a", new, "another url")]))
        await eventually(lambda: ended_first)
    assert ended_first == [True]
    assert old.transitions == []
    assert new.firing == [HOT, SILENT]

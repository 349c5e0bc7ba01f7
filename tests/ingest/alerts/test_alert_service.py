"""Every output is told of every transition once, and a restart brings all of them up to date."""

import asyncio
import logging
from collections.abc import Sequence

import msgspec
import pytest

from ingest.alerts.log_output import MOST_LINES, LogOutput
from ingest.alerts.output import Output
from ingest.alerts.outputs import Outputs, Planned
from ingest.alerts.service import AlertService
from ingest.alerts.state_file import StateFile
from ingest.alerts.store_output import StoreOutput
from ingest.core.rows import Rows
from ingest.errors import ConfigError, SpoolFull
from ingest.rules.alert import Alert, AlertState
from tests.eventually import eventually
from tests.ingest.alerts.examples import HOT, NOW_MS, SILENT, WHOLE, Scripted, resolved


class Heard:
    """Keeps what it is told."""

    complaint = ""

    def __init__(self) -> None:
        self.transitions: list[Alert] = []
        self.firing: list[Alert] = []

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        self.transitions += transitions
        self.firing = list(firing)

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def finish(self) -> None:
        return


def service(evaluator: Scripted, output: Output, folder) -> AlertService:
    outputs = Outputs([planned("only", output)])
    file = StateFile(folder / "alerts.state")
    return AlertService(evaluator, outputs, file, now_ms=lambda: NOW_MS + 60_000)


def planned(name: str, output: Output, made_from: object = None) -> Planned:
    return Planned(name=name, made_from=made_from, make=lambda: output)


async def run_until(alerts: AlertService, condition) -> None:
    task = asyncio.create_task(alerts.run())
    await eventually(condition)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_transitions_of_frames_and_of_time_are_told(tmp_path):
    evaluator, heard = Scripted(), Heard()
    alerts = service(evaluator, heard, tmp_path)
    evaluator.next = [HOT]
    alerts.take([])
    assert heard.transitions == [HOT]
    evaluator.next = [resolved(HOT)]
    await run_until(alerts, lambda: len(heard.transitions) == 2)
    assert alerts.firing == ()


async def test_a_restart_goes_on_where_the_last_run_ended(tmp_path):
    evaluator = Scripted()
    alerts = service(evaluator, Heard(), tmp_path)
    evaluator.next = [HOT, SILENT]
    await run_until(alerts, lambda: len(alerts.firing) == 2)
    again, heard = Scripted(HOT, SILENT), Heard()
    alerts = service(again, heard, tmp_path)
    assert again.restored == b"\x00snapshot\xff"
    assert heard.transitions == []
    assert [alert.identity for alert in heard.firing] == [HOT.identity, SILENT.identity]


async def test_what_fires_no_more_after_a_restart_is_told_as_resolved(tmp_path):
    evaluator = Scripted()
    alerts = service(evaluator, Heard(), tmp_path)
    evaluator.next = [HOT, SILENT]
    await run_until(alerts, lambda: len(alerts.firing) == 2)
    heard = Heard()
    alerts = service(Scripted(SILENT, WHOLE), heard, tmp_path)
    told = {alert.identity: alert for alert in heard.transitions}
    assert told[HOT.identity].state is AlertState.RESOLVED
    assert told[HOT.identity].resolved_ms == NOW_MS + 60_000
    assert told[WHOLE.identity] == WHOLE
    assert SILENT.identity not in told


def test_a_state_that_cannot_be_read_is_said_and_does_not_stop_anybody(tmp_path, caplog):
    (tmp_path / "alerts.state").write_bytes(b"nonsense")
    heard = Heard()
    service(Scripted(HOT), heard, tmp_path)
    assert "cannot be read" in caplog.text
    assert heard.transitions == [HOT]


def test_a_state_of_a_later_version_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "alerts.state").write_bytes(msgspec.msgpack.encode({"version": 2, "news": []}))
    with pytest.raises(ConfigError, match=r"alerts\.state: in format 2.*up to 1;.*delete it"):
        service(Scripted(HOT), Heard(), tmp_path)


def test_the_log_has_a_line_each_and_a_count_beyond(caplog):
    caplog.set_level(logging.INFO)
    LogOutput().tell([HOT] * 50, [HOT] * 50)
    assert len(caplog.records) == MOST_LINES + 1
    assert caplog.records[-1].count == 50 - MOST_LINES


async def test_rows_wait_while_the_disk_is_full_and_are_stored_after():
    stored: list[Rows] = []
    room = asyncio.Event()

    async def commit_rows(rows: Sequence[Rows]) -> None:
        if not room.is_set():
            raise SpoolFull("no room")
        stored.extend(rows)

    async def no_wait(_: float) -> None:
        await asyncio.sleep(0)

    output = StoreOutput(commit_rows, sleep=no_wait)
    task = asyncio.create_task(output.run())
    output.tell([HOT], [HOT])
    await eventually(lambda: output.complaint)
    output.tell([resolved(HOT)], [])
    room.set()
    await asyncio.wait_for(output.finish(), 10)
    task.cancel()
    assert output.complaint == ""
    states = [state for rows in stored for state in rows.columns["state"]]
    assert states == ["firing", "resolved"]

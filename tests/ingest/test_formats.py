"""Files that an earlier version left behind are read by this one.

`formats/1/` was written by the first version and is never written again. Whoever changes a format
lets these tests be, and adds a folder of files in the new one.
"""

import shutil
from pathlib import Path

import pytest

from ingest.aggregation.span_file import SpanFile
from ingest.alerts.state_file import StateFile
from ingest.dead_letters import read
from ingest.mqtt.session_file import Session, SessionFile
from ingest.rollups.span import Span
from tests.ingest.rules.play import engine_of, told
from tests.ingest.spool.spools import open_spool, payload_of, read_all

HOUR_MS = 3_600_000
BEGUN_MS = 1_790_000_000_000


@pytest.fixture(params=["1"])
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what each version left."""
    folder = Path(__file__).parent / "formats" / request.param
    return shutil.copytree(folder, tmp_path / "left")


def test_the_spool_goes_on_behind_what_was_shipped(left: Path) -> None:
    rows = [
        f"smart_meter,site=town,device=m-{device} voltage_l1_v={220 + batch}.5 {BEGUN_MS + batch}"
        for batch in range(12)
        for device in range(2)
    ]
    rows.append(f'smart_meter,site=town,device=m-9 note="größer" {BEGUN_MS + 99}')
    with open_spool(left / "spool") as spool:
        assert spool.shipped_point == 6
        assert spool.waiting == len(rows) - 6
        records = read_all(spool)
        assert payload_of(records).decode().splitlines() == rows[6:]
        assert records[-1].end_point == spool.next_point == len(rows)


def test_open_rollups_are_repaired(left: Path) -> None:
    start_ms = BEGUN_MS // HOUR_MS * HOUR_MS
    wanted = {Span("snow_gun", "ridge", start_ms), Span("rack_sensor", "hall", start_ms)}
    assert SpanFile(left / "rollups.json", HOUR_MS).load() == wanted


def test_alerts_go_on(left: Path) -> None:
    state = StateFile(left / "alerts.state").read()
    assert told(state.told) == ["45 b-0 hot firing warning"]
    engine = engine_of(
        "rules: [{name: hot, kind: boiler, field: temperature_c, above: 90, for: 45s}]"
    )
    engine.restore(state.snapshot)
    assert told(engine.active()) == ["45 b-0 hot firing warning", "70 b-1 hot pending warning"]


def test_what_the_session_holds_is_known(left: Path) -> None:
    topics = ("$share/g/telemetry/a/#", "telemetry/#")
    assert SessionFile(left / "session.json").load() == Session("snowgrid-ingest", topics)


def test_dead_letters_can_be_read(left: Path) -> None:
    (letter,) = read(left / "deadletters")
    assert (letter.reason, letter.place) == ("range", "$.voltage_l1_v")
    assert letter.payload == b'{"voltage_l1_v": 9000}'

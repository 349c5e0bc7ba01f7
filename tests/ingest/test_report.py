import asyncio

import pytest

from ingest.report import Tally, figures, report, tally
from ingest.stores.base import StoreState
from ingest.vitals import Vitals

STATE = StoreState(stored=70, refused=0, waiting=20)


@pytest.fixture
def vitals() -> Vitals:
    vitals = Vitals(started_at=0, broker="b:1883", store_state=lambda: STATE)
    vitals.ledger.messages.received = vitals.ledger.messages.committed = 100
    vitals.ledger.readings.received = 400
    vitals.ledger.readings.committed = 390
    vitals.ledger.readings.rejected["json"] = 10
    return vitals


def test_the_line_says_how_much_came_and_where_things_stand(vitals: Vitals):
    vitals.devices = 5
    vitals.lag_s = 0.1234
    before = Tally(at=50.0, messages=80, readings=200, rejected=4, stored=50, stored_late=0)
    assert figures(vitals, before, tally(vitals, at=60.0)) == {
        "messages_per_s": 2.0,
        "readings_per_s": 20.0,
        "rejected": 6,
        "in_flight": 0,
        "stored": 70,
        "waiting": 20,
        "devices": 5,
        "lag_s": 0.12,
    }


def test_what_a_person_must_know_stands_in_the_line(vitals: Vitals):
    vitals.broker_complaint, vitals.disk_complaint = "no broker", "no room"
    vitals.rollups.write_complaint = "no room for rollups"
    now = tally(vitals, at=1.0)
    assert figures(vitals, now, now)["complaint"] == "no broker; no room; no room for rollups"


def test_while_a_backlog_is_shipped_both_rates_stand_in_the_line(vitals: Vitals):
    vitals.store_state = lambda: StoreState(
        stored=700, stored_late=400, refused=0, waiting=50, backlog=20
    )
    before = Tally(at=50.0, messages=80, readings=200, rejected=4, stored=100, stored_late=0)
    shown = figures(vitals, before, tally(vitals, at=60.0))
    assert (shown["backlog"], shown["backlog_per_s"], shown["live_per_s"]) == (20, 40.0, 20.0)


def test_rollups_that_wait_for_repair_stand_in_the_line(vitals: Vitals):
    now = tally(vitals, at=1.0)
    assert "rollups_to_repair" not in figures(vitals, now, now)
    vitals.rollups.backlog = 3
    assert figures(vitals, now, now)["rollups_to_repair"] == 3


@pytest.mark.parametrize(
    ("lost", "level", "event"),
    [(0, "INFO", "figures"), (1, "ERROR", "the ledger does not balance")],
)
async def test_a_ledger_that_does_not_balance_is_an_error(
    *, vitals: Vitals, caplog: pytest.LogCaptureFixture, lost: int, level: str, event: str
):
    vitals.ledger.messages.received += lost
    lines = 0

    async def sleep(seconds: float) -> None:
        nonlocal lines
        assert seconds == 10.0
        lines += 1
        if lines > 2:
            raise asyncio.CancelledError

    with caplog.at_level("INFO", "ingest"), pytest.raises(asyncio.CancelledError):
        await report(vitals, 10.0, sleep=sleep)
    assert [(record.levelname, record.message) for record in caplog.records] == [(level, event)] * 2

from collections import Counter

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from ingest.aggregation.figures import RollupFigures
from ingest.core.ledger import Account, Ledger
from ingest.core.rejection import REASONS, Reason
from ingest.metrics import registry_of
from ingest.stores.base import RowsState, StoreState
from ingest.vitals import Vitals

NOW = 1_000.0


def scrape(vitals: Vitals) -> dict[tuple[str, ...], float]:
    """Read the metrics as Prometheus does; names with their labels to values."""
    text = generate_latest(registry_of(vitals, lambda: NOW)).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def busy_vitals() -> Vitals:
    readings = Account(
        received=100,
        committed=80,
        rejected=Counter[Reason]({"range": 5, "json": 2}),
        skipped=3,
        in_flight=10,
    )
    return Vitals(
        started_at=900.0,
        broker="broker:1883",
        ledger=Ledger(
            messages=Account(received=1, committed=1),
            readings=readings,
            committed_by_kind=Counter(smart_meter=80),
            redelivered=4,
            unknown_fields=Counter(smart_meter=6),
        ),
        store_state=lambda: StoreState(
            stored=60,
            refused=1,
            lost=2,
            waiting=19,
            inherited=7,
            waiting_bytes=1900,
            complaint="token",
            rows=RowsState(stored=31, refused=3, waiting=8),
        ),
        rollups=RollupFigures(rows=29, repaired=5, backlog=2, repair_complaint="away"),
        connected=True,
        connections=2,
        subscribed_since=950.0,
        last_commit_at=998.0,
        oldest_uncommitted_at=999.5,
        lag_s=1.25,
        devices=12,
        dead_letter_bytes=345,
    )


def test_the_books_appear_account_by_account() -> None:
    values = scrape(busy_vitals())
    assert values["snowgrid_messages_received_total",] == 1
    assert values["snowgrid_readings_received_total",] == 100
    assert values["snowgrid_readings_committed_total",] == 80
    assert values["snowgrid_readings_rejected_total", "range"] == 5
    assert values["snowgrid_readings_skipped_total",] == 3
    assert values["snowgrid_readings_in_flight",] == 10
    assert values["snowgrid_readings_balance",] == 0
    assert values["snowgrid_kind_readings_committed_total", "smart_meter"] == 80
    assert values["snowgrid_unknown_fields_total", "smart_meter"] == 6
    assert values["snowgrid_messages_redelivered_total",] == 4


def test_store_link_and_ages_appear() -> None:
    values = scrape(busy_vitals())
    assert values["snowgrid_store_readings_stored_total",] == 60
    assert values["snowgrid_store_readings_refused_total",] == 1
    assert values["snowgrid_store_readings_lost_total",] == 2
    assert values["snowgrid_spool_readings",] == 19
    assert values["snowgrid_spool_inherited_readings",] == 7
    assert values["snowgrid_spool_bytes",] == 1900
    assert values["snowgrid_store_complaint",] == 1
    assert values["snowgrid_mqtt_connected",] == 1
    assert values["snowgrid_mqtt_subscribed",] == 1
    assert values["snowgrid_mqtt_connections_total",] == 2
    assert values["snowgrid_uptime_seconds",] == 100
    assert values["snowgrid_last_commit_age_seconds",] == 2
    assert values["snowgrid_oldest_uncommitted_age_seconds",] == 0.5
    assert values["snowgrid_lag_seconds",] == 1.25
    assert values["snowgrid_devices",] == 12
    assert values["snowgrid_deadletters_bytes",] == 345


def test_rollups_and_what_else_is_derived_appear() -> None:
    values = scrape(busy_vitals())
    assert values["snowgrid_store_rows_stored_total",] == 31
    assert values["snowgrid_store_rows_refused_total",] == 3
    assert values["snowgrid_spool_rows",] == 8
    assert values["snowgrid_rollups_rows_total",] == 29
    assert values["snowgrid_rollups_repaired_total",] == 5
    assert values["snowgrid_rollups_backlog",] == 2
    assert values["snowgrid_rollups_complaint",] == 1
    assert scrape(Vitals(started_at=0, broker="b"))["snowgrid_rollups_complaint",] == 0


@pytest.mark.parametrize("account", ["messages", "readings"])
def test_every_reason_is_there_before_anything_was_rejected(account: str) -> None:
    values = scrape(Vitals(started_at=0, broker="b"))
    for reason in REASONS:
        assert values[f"snowgrid_{account}_rejected_total", reason] == 0


def test_ages_that_nobody_knows_yet_are_absent_rather_than_zero() -> None:
    names = {name for name, *_ in scrape(Vitals(started_at=0, broker="b"))}
    assert "snowgrid_last_commit_age_seconds" not in names
    assert "snowgrid_lag_seconds" not in names
    assert "snowgrid_oldest_uncommitted_age_seconds" in names


def test_a_book_that_does_not_balance_shows() -> None:
    vitals = Vitals(started_at=0, broker="b")
    vitals.ledger.readings.received = 2
    assert scrape(vitals)["snowgrid_readings_balance",] == 2


def test_the_process_and_the_build_are_told() -> None:
    values = scrape(busy_vitals())
    assert values["process_resident_memory_bytes",] > 0
    assert any(name == "snowgrid_build_info" for name, *_ in values)


def test_every_metric_of_ours_explains_itself_in_a_sentence() -> None:
    text = generate_latest(registry_of(busy_vitals(), lambda: NOW)).decode()
    for family in text_string_to_metric_families(text):
        if family.name.startswith("snowgrid_"):
            assert family.documentation.endswith("."), family.name

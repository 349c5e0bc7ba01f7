"""Metrics of several workers read as those of one service."""

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from ingest.metrics import registry_of
from ingest.vitals import Vitals
from ingest.workers.merging import LARGEST, SMALLEST, WORST, Totals, merged

TEXT = """\
# HELP snowgrid_readings_received_total Readings.
# TYPE snowgrid_readings_received_total counter
snowgrid_readings_received_total {received}
# HELP snowgrid_spool_readings On disk.
# TYPE snowgrid_spool_readings gauge
snowgrid_spool_readings {waiting}
# HELP snowgrid_readings_balance Balance.
# TYPE snowgrid_readings_balance gauge
snowgrid_readings_balance {balance}
# HELP snowgrid_oldest_uncommitted_age_seconds Age.
# TYPE snowgrid_oldest_uncommitted_age_seconds gauge
snowgrid_oldest_uncommitted_age_seconds {age}
# HELP snowgrid_mqtt_connected Connected.
# TYPE snowgrid_mqtt_connected gauge
snowgrid_mqtt_connected {connected}
# HELP process_resident_memory_bytes Memory.
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes {memory}
# HELP snowgrid_took_seconds A histogram.
# TYPE snowgrid_took_seconds histogram
snowgrid_took_seconds_bucket{{le="1.0"}} {received}
snowgrid_took_seconds_bucket{{le="+Inf"}} {received}
snowgrid_took_seconds_sum {received}
snowgrid_took_seconds_count {received}
"""
QUIET = {"received": 0, "waiting": 0, "balance": 0, "age": 0, "connected": 1, "memory": 0}


def scrape(**values: float) -> list[Metric]:
    return list(text_string_to_metric_families(TEXT.format(**QUIET | values)))


def samples(families: list[Metric]) -> dict[str, float]:
    return {
        sample.name + "".join(f"{{{name}={text}}}" for name, text in sample.labels.items()):
            sample.value
        for family in families
        for sample in family.samples
    }  # fmt: skip


def test_each_metric_is_put_together_as_makes_sense_for_it():
    scrapes = {
        "1": scrape(received=5, waiting=2, balance=1, age=3, connected=1, memory=10),
        "2": scrape(received=7, waiting=1, balance=-4, age=9, connected=0, memory=20),
    }
    assert samples(merged(scrapes, Totals())) == {
        "snowgrid_readings_received_total": 12,
        "snowgrid_spool_readings": 3,
        "snowgrid_readings_balance": -4,
        "snowgrid_oldest_uncommitted_age_seconds": 9,
        "snowgrid_mqtt_connected": 0,
        "process_resident_memory_bytes{worker=1}": 10,
        "process_resident_memory_bytes{worker=2}": 20,
        "snowgrid_took_seconds_bucket{le=1.0}": 12,
        "snowgrid_took_seconds_bucket{le=+Inf}": 12,
        "snowgrid_took_seconds_sum": 12,
        "snowgrid_took_seconds_count": 12,
    }


def test_counters_never_fall_when_a_worker_begins_anew_or_is_gone():
    totals = Totals()
    received = []
    for scrapes in (
        {"1": scrape(received=5), "2": scrape(received=7)},
        {"2": scrape(received=8)},
        {"1": scrape(received=1), "2": scrape(received=8)},
        {"1": scrape(received=6), "2": scrape(received=8)},
    ):
        families = merged(scrapes, totals)
        received.append(samples(families)["snowgrid_readings_received_total"])
    assert received == [12, 13, 14, 19]


def test_the_rules_name_metrics_that_there_are():
    vitals = Vitals(started_at=0, broker="b:1883", last_commit_at=0, lag_s=0)
    names = {family.name for family in registry_of(vitals).collect()} | {"snowgrid_build_info"}
    assert names >= LARGEST | SMALLEST | WORST

"""The service's state as Prometheus metrics, taken from `Vitals` at each scrape."""

import platform
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.metadata import version
from time import monotonic

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
)
from prometheus_client.registry import Collector

from devices.schema import Severity
from ingest.core.ledger import Account
from ingest.core.rejection import REASONS
from ingest.vitals import Vitals


def registry_of(vitals: Vitals, clock: Callable[[], float] = monotonic) -> CollectorRegistry:
    """Make the registry that a scrape reads: the service, its build, its process.

    Args:
        vitals: State of the service.
        clock: Monotonic seconds, for ages.
    """
    registry = CollectorRegistry()
    registry.register(_ServiceCollector(vitals, clock))
    ProcessCollector(registry=registry)
    return registry


class _ServiceCollector(Collector):
    def __init__(self, vitals: Vitals, clock: Callable[[], float]) -> None:
        self._vitals = vitals
        self._clock = clock
        self._build = {"version": version("snowgrid"), "python": platform.python_version()}

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("snowgrid_build", "What is running.", self._build)
        yield from _account("messages", "MQTT messages", self._vitals.ledger.messages)
        yield from _account("readings", "Readings", self._vitals.ledger.readings)
        yield from _details(self._vitals)
        yield from _store(self._vitals)
        yield from _rollups(self._vitals)
        yield from _alerts(self._vitals)
        yield from _link(self._vitals)
        yield from _ages(self._vitals, self._clock())


def _account(name: str, title: str, account: Account) -> Iterator[Metric]:
    prefix = f"snowgrid_{name}"
    yield _counter(f"{prefix}_received", f"{title} taken from the broker.", account.received)
    yield _counter(
        f"{prefix}_committed", f"{title} made durable in spool or store.", account.committed
    )
    rejected = CounterMetricFamily(
        f"{prefix}_rejected", f"{title} set aside as dead letters, by reason.", labels=["reason"]
    )
    for reason in REASONS:
        rejected.add_metric([reason], account.rejected[reason])
    yield rejected
    yield _counter(
        f"{prefix}_skipped", f"{title} that were retained: old state, not news.", account.skipped
    )
    yield _gauge(
        f"{prefix}_in_flight", f"{title} taken, neither durable nor set aside.", account.in_flight
    )
    yield _gauge(
        f"{prefix}_balance",
        f"{title} received minus accounted for; anything but 0 is a bug in Snowgrid.",
        account.balance,
    )


def _details(vitals: Vitals) -> Iterator[Metric]:
    ledger = vitals.ledger
    yield _counter(
        "snowgrid_messages_left",
        "MQTT messages left to another service, as mqtt.except_topics says.",
        ledger.messages.left,
    )
    by_kind = CounterMetricFamily(
        "snowgrid_kind_readings_committed",
        "Readings made durable, by device kind.",
        labels=["kind"],
    )
    for kind, count in sorted(ledger.committed_by_kind.items()):
        by_kind.add_metric([kind], count)
    yield by_kind
    unknown = CounterMetricFamily(
        "snowgrid_unknown_fields",
        "Fields dropped because their kind does not have them, by device kind.",
        labels=["kind"],
    )
    for kind, count in sorted(ledger.unknown_fields.items()):
        unknown.add_metric([kind], count)
    yield unknown
    yield _counter(
        "snowgrid_messages_redelivered",
        "Messages that the broker flagged as sent before; rewriting them changes nothing.",
        ledger.redelivered,
    )
    yield _gauge("snowgrid_devices", "Devices heard since the start.", vitals.devices)
    yield _gauge(
        "snowgrid_devices_limit",
        "Devices that may be known; readings of others are rejected as `registry`.",
        vitals.max_devices,
    )
    yield _gauge(
        "snowgrid_deadletters_bytes", "Size of the dead letters on disk.", vitals.dead_letter_bytes
    )


def _store(vitals: Vitals) -> Iterator[Metric]:
    state = vitals.store_state()
    yield _counter(
        "snowgrid_store_readings_stored", "Readings the database has confirmed.", state.stored
    )
    yield _counter(
        "snowgrid_store_backlog_readings_stored",
        "Those of them that were read back from disk, after an outage or a stop.",
        state.stored_late,
    )
    yield _counter(
        "snowgrid_store_readings_refused",
        "Readings the database refused; each is a dead letter.",
        state.refused,
    )
    yield _counter(
        "snowgrid_store_readings_lost",
        "Readings that the disk lost while they waited; anything but 0 is a failing disk.",
        state.lost,
    )
    yield _gauge(
        "snowgrid_spool_readings", "Readings on disk, not yet in the database.", state.waiting
    )
    yield _gauge(
        "snowgrid_spool_backlog_readings",
        "Those of them that are to be read back from disk; new readings overtake them.",
        state.backlog,
    )
    yield _gauge(
        "snowgrid_spool_inherited_readings",
        "Readings that earlier runs left in the spool, as found at the start.",
        state.inherited,
    )
    yield _gauge("snowgrid_spool_bytes", "Size of what waits on disk.", state.waiting_bytes)
    yield _gauge(
        "snowgrid_store_complaint",
        "1 while something keeps readings from the database; /readyz says what.",
        bool(state.complaint),
    )


def _rollups(vitals: Vitals) -> Iterator[Metric]:
    rows, figures = vitals.store_state().rows, vitals.rollups
    yield _counter(
        "snowgrid_store_rows_stored",
        "Rows derived from readings that the database has confirmed.",
        rows.stored,
    )
    yield _counter(
        "snowgrid_store_rows_refused",
        "Rows derived from readings that the database refused; the log shows the first.",
        rows.refused,
    )
    yield _gauge(
        "snowgrid_spool_rows",
        "Rows derived from readings on disk, not yet in the database.",
        rows.waiting,
    )
    yield _counter(
        "snowgrid_rollups_rows", "Rows of closed windows that were made durable.", figures.rows
    )
    yield _counter(
        "snowgrid_rollups_repaired",
        "Spans of rollups computed anew, because late readings or a restart left them wrong.",
        figures.repaired,
    )
    yield _gauge(
        "snowgrid_rollups_backlog",
        "Spans of rollups that wait to be computed anew.",
        figures.backlog,
    )
    yield _counter(
        "snowgrid_rollups_given_up",
        "Spans of rollups that stay wrong because too many waited; rebuild them by hand.",
        figures.given_up,
    )
    yield _gauge(
        "snowgrid_rollups_complaint",
        "1 while something keeps rollups from being written or repaired; /readyz says what.",
        bool(rows.complaint or figures.complaint),
    )


def _alerts(vitals: Vitals) -> Iterator[Metric]:
    firing = GaugeMetricFamily(
        "snowgrid_alerts_firing", "Alerts that fire now, by severity.", labels=["severity"]
    )
    counts = Counter(alert.severity for alert in vitals.firing())
    for severity in Severity:
        firing.add_metric([severity.value], counts[severity])
    yield firing
    yield _gauge(
        "snowgrid_alert_outputs_failing",
        "Outputs that cannot tell alerts now; /readyz says why.",
        len(vitals.alert_complaints()),
    )
    yield _gauge(
        "snowgrid_readings_lost_upstream",
        "Readings that devices counted and nobody received; falls when they come late.",
        vitals.lost_upstream,
    )


def _link(vitals: Vitals) -> Iterator[Metric]:
    yield _gauge("snowgrid_mqtt_connected", "1 while the broker is connected.", vitals.connected)
    yield _gauge(
        "snowgrid_mqtt_subscribed",
        "1 while the subscription is granted.",
        vitals.subscribed_since is not None,
    )
    yield _counter(
        "snowgrid_mqtt_connections",
        "Connections the broker accepted; a steady rise is an unstable link.",
        vitals.connections,
    )
    if vitals.dropped_by_broker is not None:
        yield _counter(
            "snowgrid_broker_messages_dropped",
            "Messages the broker says it has dropped since it started, for whichever client.",
            vitals.dropped_by_broker,
        )


def _ages(vitals: Vitals, now: float) -> Iterator[Metric]:
    yield _gauge("snowgrid_uptime_seconds", "Time since the start.", now - vitals.started_at)
    oldest = vitals.oldest_uncommitted_at
    yield _gauge(
        "snowgrid_oldest_uncommitted_age_seconds",
        "How long the oldest message has waited to become durable; 0 while none waits.",
        0.0 if oldest is None else now - oldest,
    )
    if vitals.last_commit_at is not None:
        yield _gauge(
            "snowgrid_last_commit_age_seconds",
            "Time since readings last became durable; absent before the first.",
            now - vitals.last_commit_at,
        )
    if vitals.lag_s is not None:
        yield _gauge(
            "snowgrid_lag_seconds",
            "From a device's timestamp to its commit, in the latest batch.",
            vitals.lag_s,
        )


def _counter(name: str, documentation: str, value: float) -> Metric:
    return CounterMetricFamily(name, documentation, value=value)


def _gauge(name: str, documentation: str, value: float) -> Metric:
    return GaugeMetricFamily(name, documentation, value=value)

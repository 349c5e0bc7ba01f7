"""Pipeline, as Prometheus saw it: the same question from `/metrics`, for those who scrape it."""

from dashboards.asking.links import PROMETHEUS_UID, REGION_UID
from dashboards.asking.looks import (
    BYTES,
    CONNECTION,
    PER_SECOND,
    PLAIN_COUNT,
    SECONDS,
    none_is_good,
)
from dashboards.asking.panels import HALF, QUARTER, areas, lines, stat
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.look import Look
from dashboards.model.panel import Panel, PromTarget
from devices.schema import Severity

RATE = "[$__rate_interval]"
RANGE = "[$__range]"
OF_SNOWGRID = "and on (job, instance) snowgrid_build_info"
"""Every process has such metrics; these are the service's, whatever its job is called."""


def board(_: Facts) -> Board:
    """Return the board of the service, from what Prometheus scraped."""
    return Board(
        uid=PROMETHEUS_UID,
        title="Pipeline (Prometheus)",
        question="How fast is the service, and what did it lose, where and why?",
        sections=(
            Section(title="Now", panels=_now()),
            Section(title="Rate, errors, duration", panels=_work()),
            Section(title="The ledger", panels=_ledger()),
            Section(title="What waits", panels=_waiting()),
            Section(title="The process", panels=_process()),
        ),
        refresh_s=15,
        hours=1.0,
        up=REGION_UID,
        alerts=False,
    )


def _asked(expr: str, legend: str = "{instance}") -> PromTarget:
    return PromTarget(expr=expr, legend=legend)


def _now() -> tuple[Panel, ...]:
    lost = none_is_good(Severity.CRITICAL)
    return (
        stat(
            "Broker",
            "Not connected: messages wait at the broker, and the service tries again by itself.",
            _asked("min by (instance) (snowgrid_mqtt_connected)"),
            look=CONNECTION,
            width=QUARTER,
        ),
        stat(
            "Delay",
            "From a device's clock to a durable reading. Seconds are good.",
            _asked("max(snowgrid_lag_seconds)", "delay"),
            look=SECONDS,
            width=QUARTER,
        ),
        stat(
            "Lost",
            "Readings that a failing disk lost. Anything but 0 wants a new disk.",
            _asked("sum(snowgrid_store_readings_lost_total)", "lost"),
            look=lost,
            width=QUARTER,
        ),
        stat(
            "Balance",
            "Received minus accounted for. Anything but 0 is a bug in Snowgrid: please report it.",
            _asked("sum(abs(snowgrid_readings_balance))", "unaccounted"),
            look=lost,
            width=QUARTER,
        ),
    )


def _work() -> tuple[Panel, ...]:
    fates = (
        ("snowgrid_readings_received_total", "received"),
        ("snowgrid_readings_committed_total", "committed"),
        ("snowgrid_store_readings_stored_total", "stored"),
    )
    return (
        lines(
            "Readings in a second",
            "Received, committed and stored run together. Stored below committed: the database is "
            "slower, the spool grows.",
            *(_asked(f"sum(rate({name}{RATE}))", legend) for name, legend in fates),
            look=PER_SECOND,
        ),
        areas(
            "Readings by kind",
            "Committed in a second, one kind on the other. One that vanishes is a silent gateway.",
            _asked(f"sum by (kind) (rate(snowgrid_kind_readings_committed_total{RATE}))", "{kind}"),
            look=PER_SECOND,
        ),
        lines(
            "Delay from device to durable",
            "A slope is a service that falls behind; a peak is a gateway that sent what it kept.",
            _asked("max by (instance) (snowgrid_lag_seconds)", "device to durable, {instance}"),
            _asked(
                "max by (instance) (snowgrid_oldest_uncommitted_age_seconds)",
                "oldest not yet durable, {instance}",
            ),
            look=SECONDS,
        ),
    )


def _ledger() -> tuple[Panel, ...]:
    return (
        stat(
            "Rejected",
            "Set aside as dead letters in the time shown.",
            _asked(f"sum(increase(snowgrid_readings_rejected_total{RANGE}))", "rejected"),
            look=none_is_good(Severity.WARNING),
            width=HALF,
        ),
        stat(
            "Refused",
            "Readings that the database would not take in the time shown.",
            _asked(f"sum(increase(snowgrid_store_readings_refused_total{RANGE}))", "refused"),
            look=none_is_good(Severity.WARNING),
            width=HALF,
        ),
        areas(
            "Rejected by reason",
            "Readings in a second. Topic, kind: a sender that is set up wrong. "
            "Registry: more devices than may be known. Range: a broken "
            "sensor. Future, stale: a broken clock.",
            _asked(f"sum by (reason) (rate(snowgrid_readings_rejected_total{RATE}))", "{reason}"),
            look=PER_SECOND,
            width=HALF,
        ),
        lines(
            "Lost before they came here",
            "Gaps in the numbers that devices count their readings with: sent, not received. It "
            "falls when they come late; what stays was lost by the network, the broker or a "
            "gateway.",
            _asked("sum(snowgrid_readings_lost_upstream)", "missing"),
            look=PLAIN_COUNT,
            width=HALF,
        ),
    )


def _waiting() -> tuple[Panel, ...]:
    return (
        lines(
            "Readings that wait for the database",
            "Durable on this disk, not yet stored. It shrinks by itself once the database is back.",
            _asked("sum(snowgrid_spool_readings)", "waiting"),
            look=PLAIN_COUNT,
        ),
        lines(
            "Size on disk",
            "What waits for the database, up to the spool's limit, where the service takes nothing "
            "more; and dead letters, until somebody sends them again or deletes them.",
            _asked("sum(snowgrid_spool_bytes)", "waiting"),
            _asked("sum(snowgrid_deadletters_bytes)", "dead letters"),
            look=BYTES,
        ),
        lines(
            "Late data",
            "Spans of rollups that late readings left wrong, and that wait to be computed anew.",
            _asked("sum(snowgrid_rollups_backlog)", "waiting"),
            look=PLAIN_COUNT,
        ),
    )


def _process() -> tuple[Panel, ...]:
    return (
        lines(
            "Processor",
            "Seconds of work in a second; at 1 the core is full.",
            _asked(f"rate(process_cpu_seconds_total{RATE}) {OF_SNOWGRID}"),
            look=Look(decimals=2, low=0.0),
            width=HALF,
        ),
        lines(
            "Memory",
            "Held by the process. Level is good; a steady rise over days is a leak.",
            _asked(f"process_resident_memory_bytes {OF_SNOWGRID}"),
            look=BYTES,
            width=HALF,
        ),
    )

"""Pipeline: how fast is the service, and what did it lose, where and why?"""

from dashboards.asking import service
from dashboards.asking.links import PIPELINE_UID, REGION_UID
from dashboards.asking.looks import (
    BYTES,
    CONNECTION,
    PER_SECOND,
    PLAIN_COUNT,
    SECONDS,
    none_is_good,
)
from dashboards.asking.panels import FULL, HALF, QUARTER, areas, line, lines, ranking, stat, text
from dashboards.facts import Facts
from dashboards.model.board import Board, Section
from dashboards.model.panel import Panel
from dashboards.model.query import Function
from devices.schema import Severity

LEDGER = """Every reading ends in one place: **received** = committed + rejected + skipped + in \
flight, and **committed** = stored + refused + waiting + lost. Counts begin anew when the service \
starts."""

FATES = (
    ("readings_received", "Received"),
    ("readings_committed", "Committed"),
    ("readings_rejected", "Rejected"),
    ("readings_skipped", "Skipped"),
    ("readings_in_flight", "In flight"),
    ("readings_stored", "Stored"),
    ("readings_refused", "Refused"),
    ("readings_waiting", "Waiting"),
    ("readings_lost", "Lost"),
)
"""What becomes of readings, in the order in which it does."""

PASSED = tuple(fate for fate in FATES if fate[1] in {"Received", "Committed", "Stored"})


def board(_: Facts) -> Board:
    """Return the board of the service, from the figures that it keeps in the store."""
    return Board(
        uid=PIPELINE_UID,
        title="Pipeline",
        question="How fast is the service, and what did it lose, where and why?",
        sections=(
            Section(title="Now", panels=_now()),
            Section(title="Rate and duration", panels=_work()),
            Section(title="The ledger", panels=(_rule(), _fates(), _reasons(), *_defects())),
            Section(title="What waits", panels=_waiting()),
        ),
        refresh_s=10,
        hours=1.0,
        up=REGION_UID,
        alerts=False,
    )


def _now() -> tuple[Panel, ...]:
    return (
        stat(
            "Broker",
            "Not connected: messages wait at the broker, and the service tries again by itself.",
            line(service.level("connected", function=Function.MIN), "{instance}"),
            look=CONNECTION,
            width=QUARTER,
        ),
        stat(
            "Readings",
            "Received in a second.",
            line(service.rate("readings_received"), "received"),
            look=PER_SECOND,
            width=QUARTER,
        ),
        stat(
            "Delay",
            "From a device's clock to a durable reading, at worst. Seconds are good.",
            line(service.level("lag_s", function=Function.MAX), "{instance}"),
            look=SECONDS,
            width=QUARTER,
        ),
        stat(
            "Devices",
            "Heard since the service started.",
            line(service.total("devices"), "heard"),
            look=PLAIN_COUNT,
            width=QUARTER,
        ),
    )


def _work() -> tuple[Panel, ...]:
    return (
        lines(
            "Readings in a second",
            "Received, committed and stored run together. Stored below committed: the database "
            "is slower, the spool grows.",
            line(service.rate(*(name for name, _ in PASSED))),
            look=PER_SECOND,
            headings=PASSED,
            width=HALF,
        ),
        lines(
            "Delay from device to durable",
            "The worst in each interval. A slope is a service that falls behind; a peak is a "
            "gateway that sent what it had kept.",
            line(service.level("lag_s", function=Function.MAX), "{instance}"),
            look=SECONDS,
            width=HALF,
        ),
    )


def _rule() -> Panel:
    return text("How to read the ledger", "The two sums that must hold at any moment.", LEDGER)


def _fates() -> Panel:
    return stat(
        "What became of readings",
        "Since the service started. Rejected and refused ones are dead letters: `snowgrid "
        "deadletters` says why. Skipped ones were retained: old state, no news. Lost is a failing "
        "disk.",
        *(line(service.total(name), title) for name, title in FATES),
        look=PLAIN_COUNT,
        width=FULL,
    )


def _reasons() -> Panel:
    names = tuple(f"rejected_{reason}" for reason in service.REASONS)
    return ranking(
        "Rejected by reason",
        "Within the time shown. Topic, kind: a sender that is set up wrong. "
        "Registry: more devices than may be known. Range: a broken "
        "sensor. Future, stale: a broken clock.",
        line(service.growth(*names)),
        look=none_is_good(Severity.WARNING),
        headings=tuple(zip(names, service.REASONS, strict=True)),
    )


def _defects() -> tuple[Panel, ...]:
    return (
        lines(
            "Lost before they came here",
            "Gaps in the numbers that devices count their readings with: sent, not received. It "
            "falls when they come late; what stays was lost by the network, the broker or a "
            "gateway.",
            line(service.total("lost_upstream"), "missing"),
            look=PLAIN_COUNT,
        ),
        lines(
            "Fields that nobody knows",
            "Dropped, and the rest of the reading kept. After a firmware update, teach the kind "
            "the new field.",
            line(service.rate("unknown_fields"), "dropped in a second"),
            look=PER_SECOND,
        ),
    )


def _waiting() -> tuple[Panel, ...]:
    return (
        areas(
            "Readings that wait for the database",
            "Durable on this disk, not yet stored. It grows while the database is away, and "
            "shrinks by itself afterwards.",
            line(service.total("readings_waiting"), "waiting"),
            look=PLAIN_COUNT,
        ),
        lines(
            "Size on disk",
            "What waits for the database, up to the spool's limit, where the service takes nothing "
            "more; and dead letters, until somebody sends them again or deletes them.",
            line(service.total("waiting_bytes"), "waiting"),
            line(service.total("dead_letter_bytes"), "dead letters"),
            look=BYTES,
        ),
        lines(
            "Late data",
            "Spans of rollups that late readings left wrong: those that wait to be computed anew, "
            "and those that were, in a second.",
            line(service.total("rollup_spans_waiting"), "waiting"),
            line(service.rate("rollup_spans_repaired"), "repaired in a second"),
            look=PLAIN_COUNT,
        ),
    )

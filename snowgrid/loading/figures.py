"""The figures of a run as rows of a table, for the terminal, for HTML and side by side."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from devices.load.histogram import Histogram, HistogramData
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.result import RunReport

PERCENTS = (50.0, 90.0, 99.0, 99.9)
MIB = 1024 * 1024


class Row(NamedTuple):
    """A figure.

    Attributes:
        name: What it is.
        text: It, with its unit.
        value: It, to be compared; None where that says nothing.
        worse: Whether more of it is worse (1), better (-1) or neither (0).
    """

    name: str
    text: str
    value: float | None = None
    worse: int = 0


class LatencyRow(NamedTuple):
    """A way that is timed, with its percentiles in seconds: p50, p90, p99, p99.9, max."""

    name: str
    timed: int
    durations_s: tuple[float, ...]


def count_rows(report: RunReport) -> Iterator[Row]:
    """Yield what was intended, and what became of it."""
    load = report.load
    yield Row("intended", f"{load.intended:,} messages", load.intended)
    yield Row("sent", f"{load.sent:,}", load.sent, -1)
    took = "acknowledged" if report.order.qos else "handed over"
    yield Row(took, f"{load.acknowledged:,}, {load.readings:,} readings", load.acknowledged, -1)
    yield Row("achieved", f"{achieved_per_s(report):,.0f} messages/s", achieved_per_s(report), -1)
    yield Row("refused", f"{load.refused:,}", load.refused, 1)
    again = f"{load.reconnects:,} of {load.connections:,} connections"
    yield Row("reconnects", again, load.reconnects, 1)
    for reason, count in sorted(load.reasons.items()):
        yield Row(f"broker: {reason}", f"{count:,}", count, 1)


def latency_rows(report: RunReport) -> Iterator[LatencyRow]:
    """Yield each way that was timed, from when a message was due."""
    load = report.load
    yield _latency("to sent", load.lateness)
    if report.order.qos:
        yield _latency("to PUBACK", load.latency)
    if report.committed:
        yield _latency("to durable", report.committed)
    if report.stored:
        yield _latency("to stored", report.stored)


def ledger_rows(report: RunReport) -> Iterator[Row]:
    """Yield what the service booked, and what the store holds."""
    if service := report.service:
        rejected = sum(service.rejected.values())
        yield Row("received", f"{service.received:,} readings", service.received)
        yield Row("committed", f"{service.committed:,}", service.committed, -1)
        yield Row("rejected", f"{rejected:,}", rejected, 1)
        yield Row("stored", f"{service.stored:,}", service.stored, -1)
    if found := report.verification:
        yield Row("verified", f"{found.present:,} of {found.acknowledged:,} in {found.store}")
        yield Row("missing", f"{found.missing:,}", found.missing, 1)
        yield Row("doubled", f"{found.doubled:,}", found.doubled, 1)
        yield Row("altered", f"{found.altered:,}", found.altered, 1)
        yield Row("unexpected", f"{found.unexpected:,}", found.unexpected, 1)
    if windows := report.windows:
        right = windows.windows - windows.wrong
        yield Row("windows", f"{right:,} of {windows.windows:,} count right", windows.wrong, 1)


def usage_rows(report: RunReport) -> Iterator[Row]:
    """Yield who used how much of the machine."""
    load, usage = report.load, report.usage
    each_us = load.cpu_s / max(1, load.sent) * 1e6
    yield Row("publishing costs", f"{each_us:.1f} µs of a processor a message", each_us, 1)
    memory_mib = load.memory_bytes / MIB
    devices = f"{memory_mib:,.0f} MiB for {load.devices:,} devices"
    yield Row("publishers hold", devices, memory_mib, 1)
    if usage:
        for role, cores in sorted(usage.by_role.items()):
            yield Row(f"{role} used", f"{cores:.2f} processors", cores, 1)
        yield Row("machine used", f"{usage.busy:.2f} of {usage.processors} processors", usage.busy)


def achieved_per_s(report: RunReport) -> float:
    """Return the rate at which messages went through, over the seconds in which some were due."""
    order = report.order
    took_s = max(order.warmup_s + order.duration_s, report.load.elapsed_s)
    if report.load.stopped:
        took_s = report.load.elapsed_s
    return report.load.acknowledged / max(took_s, 1e-3)


def duration(seconds: float) -> str:
    """Return a duration as a person reads it, in three digits."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms" if seconds < 0.9995 else "1 s"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:,.0f} s"


def title_of(order: LoadOrder, shards: Sequence[str]) -> str:
    """Return in a line what was asked for, and which parts of it this is about."""
    who = order.fleet or f"{order.devices:,} {order.kind}"
    of_readings = f" of {order.batch:,} readings" if order.batch > 1 else ""
    parts = "" if [*shards] == ["1/1"] else f", shards {' '.join(shards)}"
    return (
        f"{order.rate_per_s:,.0f} messages/s{of_readings} ({order.profile.value}) for "
        f"{order.duration_s:g} s at QoS {order.qos}, {who}, "
        f"{order.connections:,} connections{parts}"
    )


def _latency(name: str, data: HistogramData) -> LatencyRow:
    histogram = Histogram.of(data)
    percentiles = tuple(histogram.percentile_s(percent) for percent in PERCENTS)
    return LatencyRow(name, len(histogram), (*percentiles, histogram.max_s))

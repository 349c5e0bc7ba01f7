"""What a load was and what came of it, as files keep it and as several publishers add it up."""

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

import msgspec
import numpy as np

from devices.load.histogram import Histogram, HistogramData
from devices.load.meter import Second


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one publisher, or of several together.

    Attributes:
        devices: That took part.
        connections: That the broker accepted, the reconnects among them.
        reconnects: Those of them that took the place of one that broke.
        start_ms: When the first message was due, Unix milliseconds.
        elapsed_s: From then to the last acknowledgement, or until we gave up waiting.
        stopped: Whether a person ended it before its time.
        intended: Messages that were due.
        sent: Messages written to a connection.
        acknowledged: Messages that the broker took: acknowledged (QoS 1) or sent (QoS 0).
        readings: Readings in them.
        refused: Messages that the broker refused.
        resent: Messages sent again over another connection.
        cut: Connections that storms broke, by the fault's place in the plan, from 1.
        reasons: How often the broker said what but success, and why connections ended.
        latency: From due to acknowledged (QoS 1) or sent (QoS 0), after the warm-up.
        lateness: From due to sent.
        connecting: From the first byte to CONNACK.
        opening_s: How long it took until all connections were open, in seconds.
        seconds: The course of the run.
        sent_by_due_s: Messages sent, by the second in which they were due.
        cpu_s: Processor time of the publishers.
        memory_bytes: The most that was resident, of all publishers together.
    """

    devices: int
    connections: int
    reconnects: int
    start_ms: int
    elapsed_s: float
    stopped: bool
    intended: int
    sent: int
    acknowledged: int
    readings: int
    refused: int
    resent: int
    reasons: dict[str, int]
    latency: HistogramData
    lateness: HistogramData
    connecting: HistogramData
    opening_s: float
    seconds: list[Second]
    sent_by_due_s: list[int]
    cpu_s: float
    memory_bytes: int
    cut: dict[int, int] = {}

    @property
    def unsent(self) -> int:
        """Messages that were due and never sent."""
        return self.intended - self.sent

    @property
    def unanswered(self) -> int:
        """Messages sent of which the broker said nothing."""
        return self.sent - self.acknowledged - self.refused


def merged(reports: Sequence[LoadReport]) -> LoadReport:
    """Add up publishers that ran at the same time with devices of their own each."""
    reasons: Counter[str] = Counter()
    cut: Counter[int] = Counter()
    for report in reports:
        reasons.update(report.reasons)
        cut.update(report.cut)
    columns = zip_longest(*(report.sent_by_due_s for report in reports), fillvalue=0)
    return LoadReport(
        devices=sum(report.devices for report in reports),
        connections=sum(report.connections for report in reports),
        reconnects=sum(report.reconnects for report in reports),
        start_ms=min(report.start_ms for report in reports),
        elapsed_s=max(report.elapsed_s for report in reports),
        stopped=any(report.stopped for report in reports),
        intended=sum(report.intended for report in reports),
        sent=sum(report.sent for report in reports),
        acknowledged=sum(report.acknowledged for report in reports),
        readings=sum(report.readings for report in reports),
        refused=sum(report.refused for report in reports),
        resent=sum(report.resent for report in reports),
        cut=dict(cut),
        reasons=dict(reasons),
        latency=_sum([report.latency for report in reports]),
        lateness=_sum([report.lateness for report in reports]),
        connecting=_sum([report.connecting for report in reports]),
        opening_s=max(report.opening_s for report in reports),
        seconds=_together([report.seconds for report in reports]),
        sent_by_due_s=[int(np.sum(column)) for column in columns],
        cpu_s=sum(report.cpu_s for report in reports),
        memory_bytes=sum(report.memory_bytes for report in reports),
    )


def _sum(histograms: Sequence[HistogramData]) -> HistogramData:
    return Histogram.of(*histograms).data()


def _together(courses: Sequence[list[Second]]) -> list[Second]:
    return [
        Second(
            at_s=number,
            due=sum(second.due for second in seconds),
            sent=sum(second.sent for second in seconds),
            acknowledged=sum(second.acknowledged for second in seconds),
            latency=_sum([second.latency for second in seconds]),
        )
        for number, column in enumerate(zip_longest(*courses))
        if (seconds := [second for second in column if second is not None])
    ]

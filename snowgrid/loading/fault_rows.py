"""The faults of a run as rows of a table: what was sent, what must come of it, what was found."""

from collections.abc import Iterator
from typing import NamedTuple

from devices.faults.catalog import (
    AnyFault,
    Duplicate,
    Gap,
    OfConnections,
    OfDevices,
    Retained,
    UnknownField,
)
from snowgrid.loading.fates import STORED, WITHHELD
from snowgrid.loading.fault_counts import FaultCount, Range
from snowgrid.loading.fault_verdict import knows_losses, rightly_refused
from snowgrid.loading.result import RunReport
from snowgrid.loading.verification import FaultFound

HEADINGS = ("fault", "sent", "expected", "found")


class FaultRow(NamedTuple):
    """A fault.

    Attributes:
        fault: Which.
        sent: How often.
        expected: What must become of its readings.
        found: What became of them; counts of the service are those of all faults together.
    """

    fault: str
    sent: str
    expected: str
    found: str


def fault_rows(report: RunReport) -> Iterator[FaultRow]:
    """Yield the faults of a run; none, if it had none."""
    if report.faults is None:
        return
    pairs = zip(report.order.faults.entries, report.faults.faults, strict=True)
    for code, (entry, count) in enumerate(pairs, start=1):
        yield FaultRow(
            count.fault,
            _sent(entry, count),
            "; ".join(_expected(report, entry, count)) or "nothing lost",
            "; ".join(_found(report, code, entry, count)),
        )


def _sent(entry: AnyFault, count: FaultCount) -> str:
    if isinstance(entry, OfConnections):
        return f"{count.sent:,} connections"
    if isinstance(entry, OfDevices):
        return f"{count.sent:,} messages of {count.devices:,} devices"
    return f"{count.sent:,} messages"


def _expected(report: RunReport, entry: AnyFault, count: FaultCount) -> Iterator[str]:
    once = " once" if isinstance(entry, Duplicate) else ""
    for fate, readings in count.fates.items():
        if fate == STORED:
            yield f"{readings:,} stored{once}"
        elif fate == WITHHELD:
            yield f"{readings:,} never sent"
        else:
            yield f"{readings:,} dead letters `{fate}`"
    if isinstance(entry, UnknownField):
        yield "the field dropped"
    if isinstance(entry, Retained) and report.retained:
        yield f"{report.retained:,} of before skipped"


def _found(report: RunReport, code: int, entry: AnyFault, count: FaultCount) -> Iterator[str]:
    if isinstance(entry, OfConnections):
        yield f"{report.load.reconnects:,} came back, {report.load.resent:,} messages sent again"
    if count.refused:
        rightly = " rightly" if rightly_refused(report) else ""
        yield f"{count.refused:,}{rightly} refused by the broker"
    for fate in count.fates:
        if fate == STORED:
            yield _in_the_store(report, code)
        elif fate == WITHHELD:
            yield from _beside_the_load(report)
        else:
            yield _in_the_letters(report, fate)
    if isinstance(entry, Gap) and report.service and report.faults and knows_losses(report.service):
        yield f"{report.service.lost_upstream:,} of {report.faults.lost_upstream:,} missed, in all"
    if isinstance(entry, Retained) and report.retained:
        yield f"{report.skipped_before:,} skipped"
    if isinstance(entry, UnknownField) and report.service and report.faults:
        yield f"{report.service.unknown_fields:,} of {report.faults.unknown_fields} dropped, in all"


def _in_the_store(report: RunReport, code: int) -> str:
    if report.verification is None:
        return "the store was not looked into"
    there = report.verification.faults.get(code, FaultFound())
    wrong = [
        f"{number:,} {name}"
        for name, number in (("missing", there.missing), ("altered", there.altered))
        if number
    ]
    return ", ".join([f"{there.present:,} stored", *wrong])


def _beside_the_load(report: RunReport) -> Iterator[str]:
    if report.verification is not None:
        yield f"{report.verification.unexpected:,} stored"


def _in_the_letters(report: RunReport, reason: str) -> str:
    if report.service is None:
        return "the service was not asked"
    wanted = report.faults.rejected.get(reason, Range()) if report.faults else Range()
    return f"{report.service.rejected.get(reason, 0):,} of {wanted} `{reason}`, in all"

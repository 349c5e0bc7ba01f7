"""A run with all that is known of it, as `--json` keeps it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from devices.errors import LoadInvalid
from devices.load.histogram import HistogramData
from devices.load.report import LoadReport, merged
from snowgrid.loading.course import Part
from snowgrid.loading.fault_counts import FaultAccount, added_accounts
from snowgrid.loading.limits import Limits
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.service import ServiceFigures
from snowgrid.loading.usage import Usage
from snowgrid.loading.verification import Verification, added
from snowgrid.loading.windows_found import WindowsFound, added_windows


class RunReport(msgspec.Struct, frozen=True, kw_only=True):
    """A run.

    Attributes:
        order: What was asked for.
        broker: Where it went.
        shards: Which parts of the devices took part, `i/n` each.
        load: What the publishers did.
        service: What the service did meanwhile; None where none was asked.
        committed: From due to durable in the service.
        stored: From due to confirmed by the database.
        course: How the service fared meanwhile, part by part; empty where none was asked.
        verification: What the database holds of it; None where it was not asked.
        windows: What its rollups count of it; None where they were not looked into.
        faults: How many were sent, and what must have become of them; None without any.
        limits: What the service takes, by which that is told.
        retained: Messages that the broker kept as old state when the service subscribed.
        skipped_before: Readings that the service had skipped as old state before the run.
        usage: Of processors.
        bottleneck: Who set the pace, and how one knows.
        problems: Why the verdict is bad, a line each; empty when it is good.
        notes: What else a person should know.
    """

    order: LoadOrder
    broker: str
    shards: list[str]
    load: LoadReport
    service: ServiceFigures | None = None
    committed: HistogramData | None = None
    stored: HistogramData | None = None
    course: list[Part] = []
    verification: Verification | None = None
    windows: WindowsFound | None = None
    faults: FaultAccount | None = None
    limits: Limits = Limits()
    retained: int = 0
    skipped_before: int = 0
    usage: Usage | None = None
    bottleneck: str = ""
    problems: list[str] = []
    notes: list[str] = []


def read_report(path: Path) -> RunReport:
    """Read what `--json` wrote.

    Raises:
        LoadInvalid: The file cannot be read or is no such report.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=RunReport)
    except (OSError, msgspec.DecodeError) as error:
        raise LoadInvalid(f"{path}: no report of a load: {error}") from error


def write_report(report: RunReport, path: Path) -> None:
    """Keep a report.

    Raises:
        LoadInvalid: The file cannot be written.
    """
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")
    except OSError as error:
        raise LoadInvalid(f"{path}: cannot be written: {error.strerror}") from error


def merged_runs(reports: Sequence[RunReport]) -> RunReport:
    """Add up the reports of publishers on several machines.

    What the service said is left out: each of them saw the work of all.

    Raises:
        LoadInvalid: They are of different loads, or two are of the same shard.
    """
    first = reports[0]
    for report in reports[1:]:
        if msgspec.structs.replace(report.order, shard=first.order.shard) != first.order:
            raise LoadInvalid("the reports are of different loads; only --shard may differ")
    shards = [shard for report in reports for shard in report.shards]
    if len(set(shards)) < len(shards):
        raise LoadInvalid(f"a shard is there twice: {', '.join(sorted(shards))}")
    verifications = [report.verification for report in reports if report.verification]
    windows = [report.windows for report in reports if report.windows]
    accounts = [report.faults for report in reports if report.faults]
    return RunReport(
        order=first.order,
        broker=first.broker,
        shards=sorted(shards),
        load=merged([report.load for report in reports]),
        verification=added(verifications) if verifications else None,
        windows=added_windows(windows) if windows else None,
        faults=added_accounts(accounts) if accounts else None,
        limits=first.limits,
        problems=[problem for report in reports for problem in report.problems],
        notes=[note for report in reports for note in report.notes],
    )

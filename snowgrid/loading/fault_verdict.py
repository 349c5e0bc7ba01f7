"""Whether every fault of a load had the consequence that it must have, and no other."""

from collections.abc import Iterator

from devices.faults.catalog import BadTopic, UnknownKind, WrongSite
from devices.load.shard import Shard
from snowgrid.loading.fates import CODE, REJECTED_FROM
from snowgrid.loading.fault_counts import FaultAccount, Range
from snowgrid.loading.result import RunReport
from snowgrid.loading.service import ServiceFigures

OF_TOPICS = (WrongSite, BadTopic, UnknownKind)
"""Faults whose messages a broker with access control refuses."""


def is_among_others(report: RunReport) -> bool:
    """Tell whether the service has work of other publishers as well, which we do not know."""
    return Shard.parse(report.order.shard).count > 1


def rightly_refused(report: RunReport) -> int:
    """Return how many messages a broker may well have refused, as their topics were not theirs."""
    if report.faults is None:
        return 0
    pairs = zip(report.order.faults.entries, report.faults.faults, strict=True)
    return sum(count.refused for entry, count in pairs if isinstance(entry, OF_TOPICS))


def problems_of_rejection(report: RunReport, service: ServiceFigures) -> Iterator[str]:
    """Say which dead letters there are too many or too few of, by reason."""
    wanted = report.faults.rejected if report.faults else {}
    for reason in sorted(wanted.keys() | service.rejected.keys()):
        found, range_ = service.rejected.get(reason, 0), wanted.get(reason, Range())
        if found < range_.least:
            yield (
                f"{range_.least - found:,} of {range_} readings were not rejected as `{reason}`"
                f"{_by_whom(report, reason)}"
            )
        if found > range_.most and not is_among_others(report):
            yield (
                f"the service rejected {found:,} readings as `{reason}`, and {range_} should have "
                f"been{_by_whom(report, reason)}"
            )


def problems_of_counting(report: RunReport, service: ServiceFigures) -> Iterator[str]:
    """Say what the service should have noticed and counted otherwise."""
    account = report.faults
    if account is None or is_among_others(report):
        return
    if service.unknown_fields not in account.unknown_fields:
        yield (
            f"the service dropped {service.unknown_fields:,} unknown fields, and "
            f"{account.unknown_fields} were sent"
        )
    if report.retained and report.skipped_before != report.retained:
        yield (
            f"the service skipped {report.skipped_before:,} of {report.retained:,} messages that "
            "the broker had retained from before"
        )
    if service.skipped:
        yield f"the service skipped {service.skipped:,} readings as old state, and they were new"
    if knows_losses(service) and service.lost_upstream != account.lost_upstream:
        yield (
            f"the service misses {service.lost_upstream:,} readings that were lost on the way to "
            f"it, and {account.lost_upstream:,} were"
        )


def knows_losses(service: ServiceFigures) -> bool:
    """Tell whether the losses that it counts can be foretold: if it knew none of the devices."""
    return service.devices == 0


def reasons_of(account: FaultAccount, place: int) -> list[str]:
    """Return for what reasons readings of a fault, by its place from 0, must be dead letters."""
    return [fate for fate in account.faults[place].fates if CODE[fate] >= REJECTED_FROM]


def _by_whom(report: RunReport, reason: str) -> str:
    """Name the faults that a reason is of."""
    account = report.faults
    if account is None:
        return ""
    names = [
        count.fault
        for place, count in enumerate(account.faults)
        if reason in reasons_of(account, place)
    ]
    return f" ({', '.join(names)})" if names else ""

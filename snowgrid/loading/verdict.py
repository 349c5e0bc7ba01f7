"""Whether a run is good: everything that was due went all the way, once, and unchanged."""

from collections.abc import Iterator

from snowgrid.loading.fault_verdict import (
    knows_losses,
    problems_of_counting,
    problems_of_rejection,
    rightly_refused,
)
from snowgrid.loading.result import RunReport


def problems_of(report: RunReport) -> list[str]:
    """Say what is wrong, a line for each; nothing if all is well.

    At QoS 0 nobody promises that messages arrive, so what is lost is a note and no problem.
    """
    found = [*_of_publishing(report), *_of_verification(report), *_of_windows(report)]
    return [*found, *_of_service(report)] if report.order.qos else found


def notes_of(report: RunReport) -> list[str]:
    """Say what else a person should know."""
    load, notes = report.load, []
    if load.stopped:
        notes.append("it was stopped before its time; the figures are of what was done")
    if load.resent:
        notes.append(f"{load.resent:,} messages were sent again, as connections broke")
    if not report.order.qos:
        notes += [f"{problem} (QoS 0 promises nothing)" for problem in _of_service(report)]
    if report.faults and report.service and not knows_losses(report.service):
        notes.append(
            "the service knew devices from before, so readings lost on the way to it were not "
            "looked at"
        )
    if load.reasons.get("NO_MATCHING_SUBSCRIBERS"):
        notes.append("nobody subscribes to some topics: the broker has no reader for them")
    return notes


def praise_of(report: RunReport) -> str:
    """Say what is known of a good run, and no more than was looked at."""
    if report.verification is not None:
        faults = ", and every fault came to what it must" if report.faults else ""
        return (
            f"nothing lost, doubled or altered on the way into {report.verification.store}{faults}."
        )
    if report.service is not None and report.order.qos:
        return "by the service's books, all of it was stored; --verify looks into the store itself."
    took = "acknowledged" if report.order.qos else "was given"
    return f"the broker {took} everything; --service and --verify look further."


def _of_publishing(report: RunReport) -> Iterator[str]:
    load = report.load
    if not load.intended:
        yield "nothing was due; is the run long enough?"
    if load.unsent:
        yield f"{load.unsent:,} of {load.intended:,} messages could not be sent in time"
    if load.unanswered:
        yield f"{load.unanswered:,} messages were sent and never acknowledged"
    if refused := load.refused - rightly_refused(report):
        reasons = ", ".join(f"{name} {count:,}" for name, count in load.reasons.items())
        yield f"{refused:,} messages were refused by the broker: {reasons}"


def _of_service(report: RunReport) -> Iterator[str]:
    """Compare the service's books with what was published.

    It may have received more: messages whose acknowledgement got lost come twice.
    """
    service, readings = report.service, report.load.readings
    if service is None:
        return
    if service.received < readings:
        yield f"{readings - service.received:,} acknowledged readings never reached the service"
    if service.balance:
        yield f"the service's own books do not balance: {service.balance:+,} readings"
    yield from problems_of_rejection(report, service)
    yield from problems_of_counting(report, service)
    if service.in_flight:
        yield f"{service.in_flight:,} readings were not durable in time"
    if service.refused or service.lost:
        yield f"the store refused {service.refused:,} readings, the disk lost {service.lost:,}"
    waiting = service.committed - service.stored - service.refused
    if waiting > 0:
        yield f"{waiting:,} readings were not in the database in time"


def _of_verification(report: RunReport) -> Iterator[str]:
    found = report.verification
    if found is None:
        return
    if found.missing and report.order.qos:
        yield f"{found.missing:,} acknowledged readings are missing in {found.store}"
    if found.doubled:
        yield f"{found.doubled:,} readings are doubled in {found.store}"
    if found.altered:
        fields = ", ".join(
            f"{name} ({count.altered + count.missing:,})" for name, count in found.fields.items()
        )
        yield f"{found.altered:,} readings are altered in {found.store}: {fields}"
    if found.unexpected:
        yield f"{found.unexpected:,} readings are in {found.store} that were never sent"


def _of_windows(report: RunReport) -> Iterator[str]:
    found = report.windows
    if found is not None and found.wrong:
        yield f"{found.wrong:,} of {found.windows:,} windows count readings wrong in the rollups"

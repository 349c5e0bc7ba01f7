"""What came of a load or a simulation, subject by subject."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

import numpy as np

from devices.load.histogram import Histogram, HistogramData
from devices.load.workload import Workload
from snowgrid.loading.course import Part
from snowgrid.loading.order import LoadOrder
from snowgrid.loading.result import RunReport

FULL = 0.9  # of all processors
SAME_S = 0.1  # the service is asked ten times a second, so no latency is known better
SAMPLED_PORTIONS = 20
NO_STORE = "nobody looked into a store; give --verify"
NO_SERVICE = "no service was asked; give --service"
NO_ANSWERS = "nothing was acknowledged"
TOO_SHORT = "the run is too short to tell"


@dataclass(slots=True, kw_only=True)
class Facts:
    """What is known.

    Attributes:
        numbers: By subject, in its unit.
        readings: That were sent, of which shares are taken.
        rejected: Dead letters by reason; None where nobody counted.
        texts: By subject, what is compared with a file.
        unknown: By subject, why it is not known.
        machine_full: What kept all processors busy; empty where they had room.
        only_late: Subjects that are not as they should only because something was not done in
            time.
    """

    numbers: dict[str, float] = field(default_factory=dict)
    readings: int = 0
    rejected: Mapping[str, int] | None = None
    texts: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    machine_full: str = ""
    only_late: set[str] = field(default_factory=set)


def facts_of(report: RunReport) -> Facts:
    """Return what is known of a load."""
    facts = Facts(readings=report.load.readings, machine_full=_machine_full(report))
    facts.numbers["problems"] = len(report.problems)
    if len(report.problems) == _late_problems(report):
        facts.only_late.add("problems")
    _add_speed(facts, report)
    _add_store(facts, report)
    _add_service(facts, report)
    return facts


def _add_speed(facts: Facts, report: RunReport) -> None:
    load, order = report.load, report.order
    due_s = order.warmup_s + order.duration_s
    kept_up = load.acknowledged / max(1, load.intended) * due_s / max(due_s, load.elapsed_s)
    took_s = max(due_s, load.elapsed_s)
    facts.numbers |= {
        "kept_up": min(1.0, kept_up),
        "points_per_s": load.readings * values_per_reading(order, load.start_ms) / took_s,
        "connected": load.opening_s,
        "connections": load.connections - load.reconnects,
        "reconnects": load.reconnects,
    }
    _add_latencies(facts, "puback", load.latency if order.qos else None, NO_ANSWERS)
    _add_latencies(facts, "durable", report.committed, NO_SERVICE)
    _add_latencies(facts, "stored", report.stored, NO_SERVICE)


def _add_latencies(facts: Facts, way: str, data: HistogramData | None, without: str) -> None:
    for percent in (50, 99):
        name = f"p{percent}_{way}"
        if data is None or not sum(data.counts):
            facts.unknown[name] = without
        else:
            facts.numbers[name] = Histogram.of(data).percentile_s(percent)


def _add_store(facts: Facts, report: RunReport) -> None:
    found = report.verification
    if found is None:
        facts.unknown |= dict.fromkeys(("lost", "doubled", "altered", "unexpected"), NO_STORE)
        return
    facts.numbers |= {
        "lost": found.missing,
        "doubled": found.doubled,
        "altered": found.altered,
        "unexpected": found.unexpected,
    }


def _add_service(facts: Facts, report: RunReport) -> None:
    names = ("spooled_most", "spooled_at_end", "memory_most")
    growths = ("memory_growth", "files_growth", "latency_growth")
    if report.service is None:
        facts.unknown |= dict.fromkeys((*names, *growths, "rejected"), NO_SERVICE)
        return
    facts.rejected = report.service.rejected
    facts.numbers["spooled_at_end"] = report.service.spooled
    course = report.course
    if not course:
        facts.unknown |= dict.fromkeys(("spooled_most", "memory_most", *growths), TOO_SHORT)
        return
    facts.numbers["spooled_most"] = max(part.spooled for part in course)
    facts.numbers["memory_most"] = max(part.memory_bytes for part in course)
    before, after = _quarters(course)
    if not before or not after:
        facts.unknown |= dict.fromkeys(growths, TOO_SHORT)
        return
    facts.numbers |= {
        "memory_growth": _grown([p.memory_bytes for p in before], [p.memory_bytes for p in after]),
        "files_growth": median(p.open_files for p in after) - median(p.open_files for p in before),
        "latency_growth": _grown(
            [max(SAME_S, p.stored_p99_s) for p in before],
            [max(SAME_S, p.stored_p99_s) for p in after],
        ),
    }


def _quarters(course: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]]:
    """Return the second and the last quarter; in the first a process is still filling its pools."""
    quarter = len(course) // 4
    return course[quarter : 2 * quarter], course[len(course) - quarter :]


def _grown(before: Sequence[float], after: Sequence[float]) -> float:
    return median(after) / median(before) - 1


def _late_problems(report: RunReport) -> int:
    """Return how many of the problems say that something was not done in time."""
    service = report.service
    undone = [report.load.unsent]
    if service is not None:
        waiting = service.committed - service.stored - service.refused
        undone += [service.in_flight, max(0, waiting)]
    return sum(map(bool, undone))


def _machine_full(report: RunReport) -> str:
    usage = report.usage
    if usage is None or usage.busy < FULL * usage.processors:
        return ""
    return f"{usage.busy:.2f} of {usage.processors} processors of this machine were busy"


def values_per_reading(order: LoadOrder, start_ms: int) -> float:
    """Return how many fields a reading tells, on average over the first ones of many devices."""
    workload = Workload(order.make_fleet(), order.plan())
    counts = list(_values(workload, start_ms))
    return float(np.mean(np.concatenate(counts))) if counts else 0.0


def _values(
    workload: Workload, start_ms: int
) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    for portion in islice(workload.portions(start_ms), SAMPLED_PORTIONS):
        yield np.count_nonzero(~np.isnan(portion.values), axis=1)

"""The metrics of several workers as those of one service."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from prometheus_client import Metric

Key = tuple[str, tuple[tuple[str, str], ...]]
"""Name and labels of a sample."""

OF_PROCESS = ("process_", "python_")
"""Beginnings of metrics that make sense for one process only; they get a label `worker`."""

LARGEST = frozenset(
    {
        "snowgrid_build_info",
        "snowgrid_deadletters_bytes",  # the folder is everybody's
        "snowgrid_lag_seconds",
        "snowgrid_last_commit_age_seconds",
        "snowgrid_oldest_uncommitted_age_seconds",
        "snowgrid_rollups_complaint",
        "snowgrid_store_complaint",
        "snowgrid_uptime_seconds",
    }
)
SMALLEST = frozenset({"snowgrid_mqtt_connected", "snowgrid_mqtt_subscribed"})
WORST = frozenset({"snowgrid_messages_balance", "snowgrid_readings_balance"})
"""Gauges of which a sum would say nothing, or hide something; all others are added up."""


class Totals:
    """Counters that never fall, although processes begin anew at 0 or are gone."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, Key], float] = {}
        self._before: dict[tuple[str, Key], float] = {}

    def note(self, worker: str, key: Key, value: float) -> None:
        """Take what a worker says."""
        last = self._last.get((worker, key), 0.0)
        if value < last:
            self._before[worker, key] = self._before.get((worker, key), 0.0) + last
        self._last[worker, key] = value

    def sums(self) -> dict[Key, float]:
        """Return what all workers counted, those of before included."""
        sums: dict[Key, float] = {}
        for (worker, key), last in self._last.items():
            sums[key] = sums.get(key, 0.0) + last + self._before.get((worker, key), 0.0)
        return sums


def merged(scrapes: Mapping[str, Sequence[Metric]], totals: Totals) -> list[Metric]:
    """Return one family for each that any worker has, in the order in which they come.

    Args:
        scrapes: What each worker says now, by its name; one that does not answer is missing.
        totals: Of the counters; they are noted there.
    """
    by_name: dict[str, list[tuple[str, Metric]]] = {}
    for worker, families in scrapes.items():
        for family in families:
            by_name.setdefault(family.name, []).append((worker, family))
            if family.type == "counter" and not family.name.startswith(OF_PROCESS):
                for sample in family.samples:
                    totals.note(worker, _key(sample.name, sample.labels), sample.value)
    counted = totals.sums()
    return [_family(families, counted) for families in by_name.values()]


def _family(families: Sequence[tuple[str, Metric]], counted: Mapping[Key, float]) -> Metric:
    first = families[0][1]
    family = Metric(first.name, first.documentation, first.type)
    if first.name.startswith(OF_PROCESS):
        for worker, each in families:
            for sample in each.samples:
                family.add_sample(sample.name, {**sample.labels, "worker": worker}, sample.value)
        return family
    values: dict[Key, list[float]] = {}
    for _, each in families:
        for sample in each.samples:
            values.setdefault(_key(sample.name, sample.labels), []).append(sample.value)
    together = _together(first)
    for key, those in values.items():
        value = counted[key] if first.type == "counter" else together(those)
        family.add_sample(key[0], dict(key[1]), value)
    return family


def _together(family: Metric) -> Callable[[Iterable[float]], float]:
    if family.name in LARGEST:
        return max
    if family.name in SMALLEST:
        return min
    if family.name in WORST:
        return lambda values: max(values, key=abs)
    return sum


def _key(name: str, labels: Mapping[str, str]) -> Key:
    return name, tuple(sorted(labels.items()))

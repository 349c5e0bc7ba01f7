"""Facts as kinds declare them, without any rules of a deployment."""

from collections import defaultdict
from collections.abc import Mapping

from dashboards.facts import Facts
from dashboards.model.look import Threshold
from devices.registry import kinds
from devices.schema import Kind


def declared_facts(of: Mapping[str, Kind] | None = None) -> Facts:
    """Return facts whose thresholds are the kinds' own limits."""
    of = of or kinds()
    thresholds: dict[tuple[str, str], list[Threshold]] = defaultdict(list)
    for kind in of.values():
        for limit in kind.limits:
            value = limit.below if limit.above is None else limit.above
            if value is not None:
                thresholds[kind.name, limit.field].append(
                    Threshold(
                        value=value,
                        severity=limit.severity,
                        below=limit.above is None,
                        reason=limit.source,
                    )
                )
    return Facts(kinds=of, thresholds={where: tuple(all_) for where, all_ in thresholds.items()})

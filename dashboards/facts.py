"""What boards are built from: the kinds, and the limits that alert rules fire on."""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.asking.subject import Subject
from dashboards.model.look import Threshold
from devices.schema import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that differs between deployments.

    Attributes:
        kinds: By name.
        thresholds: Limits on the values of single devices, by kind and field.
    """

    kinds: Mapping[str, Kind]
    thresholds: Mapping[tuple[str, str], tuple[Threshold, ...]]

    def about(self, kind_name: str) -> Subject:
        """Return a kind as boards ask about it.

        Raises:
            ValueError: There is no such kind.
        """
        if kind_name not in self.kinds:
            raise ValueError(f"no kind {kind_name!r}: {', '.join(self.kinds)}")
        limits = {field: t for (kind, field), t in self.thresholds.items() if kind == kind_name}
        return Subject(kind=self.kinds[kind_name], thresholds=limits)

"""What the service takes, as far as faults go beyond it; the verdict rests on it."""

from typing import Self

import msgspec

from devices.errors import FaultInvalid
from devices.faults.catalog import ClockSkew, Late, Oversized
from devices.faults.plan import FaultPlan
from ingest.settings import ValidationSettings

DAY_S = 86_400.0
MARGIN_S = 30.0  # clocks of machines differ, and messages take a while


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the service under `validation`, in plain values.

    Attributes:
        max_payload_bytes: Longest payload.
        max_future_s: How far ahead a timestamp may be.
        max_age_s: How old it may be.
        reject_unknown: Whether a field that the kind does not have rejects the reading.
    """

    max_payload_bytes: int = 65_536
    max_future_s: float = 300.0
    max_age_s: float = 30 * DAY_S
    reject_unknown: bool = False

    @classmethod
    def of(cls, settings: ValidationSettings) -> Self:
        """Return the limits of a service with such settings."""
        return cls(
            max_payload_bytes=settings.max_payload_bytes,
            max_future_s=settings.max_future_s,
            max_age_s=settings.retention_days * DAY_S,
            reject_unknown=settings.unknown_fields == "reject",
        )

    def check(self, plan: FaultPlan) -> None:
        """Make sure that of every fault it is plain what must become of it.

        Raises:
            FaultInvalid: A fault is so near to a limit that nobody can tell.
        """
        for entry in plan.entries:
            match entry:
                case Oversized(payload_bytes=size) if size <= self.max_payload_bytes:
                    raise FaultInvalid(
                        f"faults: oversized: payload_bytes: the service takes "
                        f"{self.max_payload_bytes:,}; want more, got {size:,}"
                    )
                case ClockSkew(by_s=by_s):
                    _check_distance("clock-skew: by", by_s, self.max_future_s, "future")
                    _check_distance("clock-skew: by", by_s, self.max_age_s, "stale")
                case Late(by_s=by_s):
                    _check_distance("late: by", by_s, self.max_age_s, "stale")


def _check_distance(key: str, by_s: float, limit_s: float, reason: str) -> None:
    if abs(by_s - limit_s) < MARGIN_S:
        raise FaultInvalid(
            f"faults: {key}: the service rejects as `{reason}` what is off by {limit_s:,.0f} s; "
            f"want a value that differs from that by {MARGIN_S:g} s or more, got {by_s:,.0f} s"
        )

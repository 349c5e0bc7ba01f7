"""Which faults a load or a simulated fleet has, and how often."""

from collections.abc import Sequence

import msgspec

from devices.errors import FaultInvalid
from devices.faults.catalog import (
    DISPLACING,
    AnyFault,
    Fault,
    OfConnections,
    OfDevices,
    OfMessages,
)

MOST_ENTRIES = 100
ROUNDING = 1e-9  # so that ten shares of a tenth are no more than all


class FaultPlan(msgspec.Struct, frozen=True):
    """Faults of a run; plain values, made by `devices.faults.parse` or by hand.

    Attributes:
        entries: Any fault may stand here more than once, with other parameters.
    """

    entries: tuple[AnyFault, ...] = ()

    def __post_init__(self) -> None:
        if len(self.entries) > MOST_ENTRIES:
            raise FaultInvalid(f"faults: want {MOST_ENTRIES} at the most, got {len(self.entries)}")
        for entry in self.entries:
            _check(entry)
        _check_sum(self.of_messages, "messages")
        _check_sum(self.of_devices, "devices")

    def __bool__(self) -> bool:
        return bool(self.entries)

    @property
    def of_messages(self) -> list[OfMessages]:
        """Those that hit messages."""
        return [entry for entry in self.entries if isinstance(entry, OfMessages)]

    @property
    def of_devices(self) -> list[OfDevices]:
        """Those that devices have for good."""
        return [entry for entry in self.entries if isinstance(entry, OfDevices)]

    @property
    def displaces(self) -> bool:
        """Whether readings have other times than when they are sent."""
        return any(isinstance(entry, DISPLACING) for entry in self.entries)

    @property
    def of_connections(self) -> list[OfConnections]:
        """Those that hit all connections at once."""
        return [entry for entry in self.entries if isinstance(entry, OfConnections)]


def _check(entry: Fault) -> None:
    limits = {entry.rate_key: (0.0, 1.0 if entry.rate_key == "share" else 600.0)}
    for key, (low, high) in (limits | entry.bounds).items():
        value = getattr(entry, key)
        if not low <= value <= high:
            raise FaultInvalid(
                f"faults: {entry.name()}: {key}: want {low:g} … {high:g}, got {value:g}"
            )


def _check_sum(entries: Sequence[OfMessages | OfDevices], what: str) -> None:
    total = sum(entry.share for entry in entries)
    if total > 1 + ROUNDING:
        names = ", ".join(f"{entry.name()} {entry.share:.3g}" for entry in entries)
        raise FaultInvalid(
            f"faults: the shares of {what} add up to {total:.3g} ({names}); want 1 at the most, "
            f"as each of the {what} has one fault"
        )

"""How many of each fault were sent, and what must have become of them; figures to be added up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec


class Range(msgspec.Struct, frozen=True):
    """How many of something there must be.

    Attributes:
        least: What the broker acknowledged.
        most: With what may have come as well: messages sent and not acknowledged, or sent again.
    """

    least: int = 0
    most: int = 0

    def __contains__(self, count: int) -> bool:
        return self.least <= count <= self.most

    def __add__(self, other: "Range") -> "Range":
        return Range(self.least + other.least, self.most + other.most)

    def __str__(self) -> str:
        return f"{self.least:,}" + (f" … {self.most:,}" if self.most > self.least else "")


class FaultCount(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a plan.

    Attributes:
        fault: Its name and main parameter: `late 2h`.
        sent: Messages that were sent with it; those that should have been, where it is their
            absence; connections that it broke.
        devices: Devices that showed it.
        refused: Messages that the broker refused.
        fates: What must become of the readings in what was acknowledged, as in `fates.FATES`.
    """

    fault: str
    sent: int = 0
    devices: int = 0
    refused: int = 0
    fates: dict[str, int] = {}

    def __add__(self, other: "FaultCount") -> "FaultCount":
        return FaultCount(
            fault=self.fault,
            sent=self.sent + other.sent,
            devices=self.devices + other.devices,
            refused=self.refused + other.refused,
            fates=dict(Counter(self.fates) + Counter(other.fates)),
        )


class FaultAccount(msgspec.Struct, frozen=True, kw_only=True):
    """All faults of a load.

    Attributes:
        faults: In the order of the plan.
        rejected: Dead letters there must be, by reason.
        unknown_fields: Unknown fields the service must have dropped.
        lost_upstream: Readings that it must know to be lost on the way, if it heard of these
            devices for the first time.
    """

    faults: list[FaultCount]
    rejected: dict[str, Range]
    unknown_fields: Range
    lost_upstream: int

    def fates(self, name: str) -> int:
        """Return for how many acknowledged readings of faulty messages this is the fate."""
        return sum(count.fates.get(name, 0) for count in self.faults)


def added_accounts(accounts: Sequence[FaultAccount]) -> FaultAccount:
    """Add up the accounts of publishers with devices of their own each."""
    first, *others = accounts
    for other in others:
        first = FaultAccount(
            faults=[a + b for a, b in zip(first.faults, other.faults, strict=True)],
            rejected=added_ranges([first.rejected, other.rejected]),
            unknown_fields=first.unknown_fields + other.unknown_fields,
            lost_upstream=first.lost_upstream + other.lost_upstream,
        )
    return first


def added_ranges(parts: Iterable[Mapping[str, Range]]) -> dict[str, Range]:
    """Add up ranges by their names."""
    total: dict[str, Range] = {}
    for part in parts:
        for name, count in part.items():
            total[name] = total.get(name, Range()) + count
    return total

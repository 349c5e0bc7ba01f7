"""What verifying a store found, in figures that can be added up."""

from collections import Counter
from collections.abc import Sequence

import msgspec

MOST_EXAMPLES = 50


class FieldCount(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with a field of a kind.

    Attributes:
        missing: Values that were acknowledged and are not there.
        altered: Values that are others.
    """

    missing: int = 0
    altered: int = 0


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One example of something wrong.

    Attributes:
        what: `missing`, `doubled`, `altered` or `unexpected`.
        kind: Of the device.
        site: Of the device.
        device: Its name.
        ts_ms: Of the reading, Unix milliseconds.
        field: The field, where it is one; else empty.
        detail: What was sent and what is there.
    """

    what: str
    kind: str
    site: str
    device: str
    ts_ms: int
    field: str = ""
    detail: str = ""

    def __str__(self) -> str:
        field = f" {self.field}" if self.field else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.what} {self.kind} {self.site}/{self.device} at {self.ts_ms}{field}{detail}"


class FaultFound(msgspec.Struct, frozen=True, kw_only=True):
    """What the store holds of the readings that one fault of the plan hit, and that must be there.

    Attributes:
        present: That are there as they were sent.
        missing: That are not there.
        altered: That are there with another value.
    """

    present: int = 0
    missing: int = 0
    altered: int = 0

    def __add__(self, other: "FaultFound") -> "FaultFound":
        return FaultFound(
            present=self.present + other.present,
            missing=self.missing + other.missing,
            altered=self.altered + other.altered,
        )


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """A store compared with what was sent.

    Attributes:
        store: Which one.
        acknowledged: Readings that the broker acknowledged, and that must be there once.
        present: Those of them that are there.
        missing: Those of them that are not.
        doubled: Rows that are there once more than they should.
        altered: Readings of which a value is another, or is not there.
        unexpected: Rows of the load's devices and time that were never sent.
        devices: Devices with something wrong.
        fields: What is wrong with each field, by `kind.field`.
        faults: What is there of the readings that faults hit, by the fault's place in the plan,
            from 1.
        findings: Examples.
    """

    store: str
    acknowledged: int = 0
    present: int = 0
    missing: int = 0
    doubled: int = 0
    altered: int = 0
    unexpected: int = 0
    devices: int = 0
    fields: dict[str, FieldCount] = {}
    faults: dict[int, FaultFound] = {}
    findings: list[Finding] = []

    @property
    def good(self) -> bool:
        """Whether everything is there, once, as it was sent, and nothing else."""
        return not (self.missing or self.doubled or self.altered or self.unexpected)


def added(parts: Sequence[Verification]) -> Verification:
    """Add up verifications of different devices."""
    missing: Counter[str] = Counter()
    altered: Counter[str] = Counter()
    for part in parts:
        for name, count in part.fields.items():
            missing[name] += count.missing
            altered[name] += count.altered
    faults: dict[int, FaultFound] = {}
    for part in parts:
        for code, found in part.faults.items():
            faults[code] = faults.get(code, FaultFound()) + found
    findings = [finding for part in parts for finding in part.findings]
    return Verification(
        store=parts[0].store,
        acknowledged=sum(part.acknowledged for part in parts),
        present=sum(part.present for part in parts),
        missing=sum(part.missing for part in parts),
        doubled=sum(part.doubled for part in parts),
        altered=sum(part.altered for part in parts),
        unexpected=sum(part.unexpected for part in parts),
        devices=sum(part.devices for part in parts),
        fields={
            name: FieldCount(missing=missing[name], altered=altered[name])
            for name in sorted(missing.keys() | altered.keys())
        },
        faults=faults,
        findings=findings[:MOST_EXAMPLES],
    )

"""Adds up at the end: what was published, what the service booked, what the database holds."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.core.ledger import Ledger
from ingest.core.rejection import Reason
from snowgrid.demo.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """Readings of a kind, at each station of their way.

    Attributes:
        kind: Name.
        published: Those that the broker acknowledged to the devices.
        committed: Those that the service made durable.
        rows: Those that the database has more than before.
    """

    kind: str
    published: int
    committed: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """The final account of a run.

    Attributes:
        kinds: Good readings.
        bad: Bad readings that were published on purpose, by the reason to reject them for.
        ledger: Of the service.
        unsent: Readings that devices made and the broker did not acknowledge in the end.
        rows_before: Rows of earlier runs in the same database.
        trouble: Why the run ended early, or an empty string.
    """

    kinds: tuple[KindCount, ...]
    bad: Mapping[str, int]
    ledger: Ledger
    unsent: int
    rows_before: int
    trouble: str

    @property
    def published(self) -> int:
        """Good readings published."""
        return sum(count.published for count in self.kinds)

    @property
    def repeated(self) -> int:
        """Readings received more than once, or received without the gateway's knowing."""
        return self.ledger.readings.received - self.published - sum(self.bad.values())

    def problems(self) -> list[str]:
        """Say what does not add up, a line for each; nothing if all is well."""
        found = [self.trouble] if self.trouble else []
        if not self.ledger.balanced:
            found.append("the service's own books do not balance")
        if self.ledger.messages.in_flight:
            found.append(f"{self.ledger.messages.in_flight:,} messages were not committed in time")
        if self.repeated < 0:
            found.append(f"{-self.repeated:,} readings were published and never received")
        found += [problem for count in self.kinds if (problem := self._problem(count))]
        rejected = dict(self.ledger.readings.rejected)
        if rejected != dict(self.bad) and not self.repeated:
            found.append(f"bad on purpose were {_listed(self.bad)}; rejected {_listed(rejected)}")
        return found

    def _problem(self, count: KindCount) -> str:
        """Say what is wrong with a kind.

        A connection that broke may leave readings in the database of whose arrival their gateway
        never heard; there can be no more of them than were left unsent.
        """
        if 0 <= count.rows - count.published <= self.unsent:
            return ""
        return f"{count.kind}: {count.published:,} published, {count.rows:,} in the database"


def reckon(scene: Scene, before: Mapping[str, int], after: Mapping[str, int]) -> Reckoning:
    """Add up a run that is over.

    Args:
        scene: The run.
        before: Rows of each table of the database before it.
        after: The same after it.
    """
    published = scene.progress.published
    counts = tuple(
        KindCount(
            kind=kind,
            published=published[kind],
            committed=scene.vitals.ledger.committed_by_kind[kind],
            rows=after.get(kind, 0) - before.get(kind, 0),
        )
        for kind in sorted(scene.fleet.devices_by_kind)
    )
    return Reckoning(
        kinds=counts,
        bad=Counter(scene.mishaps.published),
        ledger=scene.vitals.ledger,
        unsent=scene.progress.waiting + scene.mishaps.waiting,
        rows_before=sum(before.get(count.kind, 0) for count in counts),
        trouble=scene.trouble,
    )


def _listed(counts: Mapping[str, int] | Mapping[Reason, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items())) or "none"

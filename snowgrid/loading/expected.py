"""What must be in the store: the readings of a load, made a second time from its seed.

Readings whose time is not that of their message, as clocks go wrong and backlogs come late, are
made before all others, so that they can be put among those in whose span of time they fall.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.faults.catalog import DISPLACING, WrongSite
from devices.faults.lots import Codes
from devices.faults.wire import wrong_site
from devices.load.block import Portion
from devices.load.outcomes import Outcome
from devices.load.workload import Workload
from devices.schema import Kind
from snowgrid.loading.fates import CODE, STORED, Fates
from snowgrid.loading.sending import Sending

SLICE_READINGS = 200_000
QUIET_MS = 60_000  # displaced readings farther apart than this are asked for apart


class Place(NamedTuple):
    """A kind at a site: what a store is asked for at a time."""

    site: str
    kind: str


class Sent(NamedTuple):
    """Readings of one kind at one site.

    Attributes:
        kind: Of all of them.
        names: Device names that `device` counts in; all that the site has of the kind.
        device: Shape (n,), indices into `names`.
        ts_ms: Shape (n,), Unix milliseconds.
        values: Shape (n, fields).
        outcome: Shape (n,), what became of the message of each.
        fault: Shape (n,), the fault that the message showed.
    """

    kind: Kind
    names: list[str]
    device: NDArray[np.int64]
    ts_ms: NDArray[np.int64]
    values: Floats
    outcome: NDArray[np.uint8]
    fault: Codes

    def rows(self, wanted: NDArray[np.bool_] | slice | NDArray[np.intp]) -> "Sent":
        """Return some of them."""
        return self._replace(
            device=self.device[wanted],
            ts_ms=self.ts_ms[wanted],
            values=self.values[wanted],
            outcome=self.outcome[wanted],
            fault=self.fault[wanted],
        )


class Slice(NamedTuple):
    """All readings of a span of time.

    Attributes:
        from_ms: Its first millisecond.
        to_ms: The one after its last.
        sent: Readings by place; a place that should have none has none.
        whole: Whether these devices may have no other readings in it; before and after a load
            there may be what they said then.
    """

    from_ms: int
    to_ms: int
    sent: dict[Place, Sent]
    whole: bool = True


def slices(sending: Sending) -> Iterator[Slice]:
    """Yield what was sent and must be stored, span by span; spans do not overlap."""
    maker = _Maker(sending)
    displaced = maker.displaced()
    bounds_ms: list[int] = []
    for span in _in_time(sending, maker):
        bounds_ms += [span.from_ms, span.to_ms]
        yield span._replace(sent=_together(span.sent, _between(displaced, *bounds_ms[-2:])))
    for place, sent in displaced.items():
        for outside in (sent.ts_ms < bounds_ms[0], sent.ts_ms >= bounds_ms[-1]):
            yield from _outside(place, sent.rows(outside))


def _in_time(sending: Sending, maker: "_Maker") -> Iterator[Slice]:
    """Yield the readings that have the time of their message, without gaps between the spans."""
    workload = maker.workload
    # The readings of a message reach back from its own time.
    reach_ms = (workload.batch - 1) * workload.spacing_ms
    held: list[tuple[Place, Sent]] = []
    from_ms = sending.start_ms - reach_ms
    for portion, number, fates in sending.portions_of(workload):
        due_s = float(workload.schedule.times_s(np.array([portion.first], np.float64))[0])
        settled_ms = sending.start_ms + int(due_s * 1_000) - reach_ms
        if sum(len(sent.ts_ms) for _, sent in held) >= SLICE_READINGS and settled_ms > from_ms:
            yield _cut(from_ms, settled_ms, held)
            later = [(place, sent.rows(sent.ts_ms >= settled_ms)) for place, sent in held]
            held = [(place, sent) for place, sent in later if len(sent.ts_ms)]
            from_ms = settled_ms
        held += maker.sent(portion, number, fates, displaced=False)
    yield _cut(from_ms, sending.start_ms + int(workload.schedule.end_s * 1_000) + 1, held)


class _Maker:
    """Puts readings of portions where they must be in the store."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.workload = sending.workload()
        self._outcome = sending.outcomes.furthest()
        entries = self.workload.faults.entries
        self._displaces = np.array([False, *(isinstance(e, DISPLACING) for e in entries)])
        self._elsewhere = np.array([False, *(isinstance(e, WrongSite) for e in entries)])
        self._names, self._firsts = _names(self.workload)

    def displaced(self) -> dict[Place, Sent]:
        """Return all readings whose time is not that of their message, sorted by time."""
        if not self.workload.faults.displaces:
            return {}
        by_place: dict[Place, list[Sent]] = {}
        workload = self._sending.workload()
        for portion, number, fates in self._sending.portions_of(workload):
            for place, sent in self.sent(portion, number, fates, displaced=True):
                by_place.setdefault(place, []).append(sent)
        joined = {place: _joined(parts) for place, parts in by_place.items()}
        return {p: sent.rows(np.argsort(sent.ts_ms, kind="stable")) for p, sent in joined.items()}

    def sent(
        self, portion: Portion, number: NDArray[np.int64], fates: Fates, *, displaced: bool
    ) -> list[tuple[Place, Sent]]:
        """Return the readings of a portion that must be stored, by place."""
        wanted = (fates == CODE[STORED]) & (self._displaces[portion.fault] == displaced)
        elsewhere = self._elsewhere[portion.fault]
        place = Place(portion.block.group.site, portion.block.kind.name)
        all_sent = Sent(
            kind=portion.block.kind,
            names=self._names[place],
            device=portion.device + self._firsts[place, portion.block.group.names[0]],
            ts_ms=portion.ts_ms,
            values=portion.values,
            outcome=self._outcome[number],
            fault=portion.fault,
        )
        found = [(place, all_sent.rows(wanted & ~elsewhere))]
        if elsewhere.any():
            other = place._replace(site=wrong_site(place.site))
            found.append((other, all_sent.rows(wanted & elsewhere)))
        return found


def _names(workload: Workload) -> tuple[dict[Place, list[str]], dict[tuple[Place, str], int]]:
    """Return all device names of each place, and where in them each block begins, by its first."""
    names: dict[Place, list[str]] = {}
    firsts: dict[tuple[Place, str], int] = {}
    for block in workload.blocks:
        place = Place(block.group.site, block.kind.name)
        known = names.setdefault(place, [])
        firsts[place, block.group.names[0]] = len(known)
        known += block.group.names
    return names, firsts


def _cut(from_ms: int, to_ms: int, held: list[tuple[Place, Sent]]) -> Slice:
    """Return what was sent in a span, by place."""
    by_place: dict[Place, list[Sent]] = {}
    for place, sent in held:
        by_place.setdefault(place, []).append(sent.rows(sent.ts_ms < to_ms))
    return Slice(from_ms, to_ms, {place: _joined(parts) for place, parts in by_place.items()})


def _between(displaced: dict[Place, Sent], from_ms: int, to_ms: int) -> dict[Place, Sent]:
    """Return the readings of a span out of some that are sorted by time."""
    return {
        place: sent.rows(slice(*np.searchsorted(sent.ts_ms, [from_ms, to_ms]).tolist()))
        for place, sent in displaced.items()
    }


def _together(first: dict[Place, Sent], second: dict[Place, Sent]) -> dict[Place, Sent]:
    places = first.keys() | second.keys()
    return {
        place: _joined([sent[place] for sent in (first, second) if place in sent])
        for place in sorted(places)
    }


def _outside(place: Place, sent: Sent) -> Iterator[Slice]:
    """Yield displaced readings, sorted by time, in spans with few other readings in them."""
    if not len(sent.ts_ms):
        return
    (quiet,) = (np.diff(sent.ts_ms) > QUIET_MS).nonzero()
    for begin, end in pairwise([0, *(quiet + 1).tolist(), len(sent.ts_ms)]):
        part = sent.rows(slice(begin, end))
        span = int(part.ts_ms[0]), int(part.ts_ms[-1]) + 1
        yield Slice(*span, {place: part}, whole=False)


def _joined(parts: list[Sent]) -> Sent:
    return parts[0]._replace(
        device=np.concatenate([part.device for part in parts]),
        ts_ms=np.concatenate([part.ts_ms for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        outcome=np.concatenate([part.outcome for part in parts]),
        fault=np.concatenate([part.fault for part in parts]),
    )


def was_acknowledged(outcome: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of which messages the broker said that it has them."""
    return np.equal(outcome, Outcome.ACKNOWLEDGED)


def may_be_there(outcome: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which messages left us: of those that were not acknowledged, nobody knows."""
    return np.greater_equal(outcome, Outcome.SENT)

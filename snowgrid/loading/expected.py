"""What must be in the store: the readings of a load, made a second time from its seed."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.load.block import Portion
from devices.load.outcomes import Outcome, Outcomes
from devices.load.workload import Workload
from devices.schema import Kind

SLICE_READINGS = 200_000


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
    """

    kind: Kind
    names: list[str]
    device: NDArray[np.int64]
    ts_ms: NDArray[np.int64]
    values: Floats
    outcome: NDArray[np.uint8]

    def rows(self, wanted: NDArray[np.bool_]) -> "Sent":
        """Return some of them."""
        return self._replace(
            device=self.device[wanted],
            ts_ms=self.ts_ms[wanted],
            values=self.values[wanted],
            outcome=self.outcome[wanted],
        )


class Slice(NamedTuple):
    """All readings of a span of time.

    Attributes:
        from_ms: Its first millisecond.
        to_ms: The one after its last.
        sent: Readings by place; a place that should have none has none.
    """

    from_ms: int
    to_ms: int
    sent: dict[Place, Sent]


def slices(workload: Workload, start_ms: int, outcomes: Outcomes) -> Iterator[Slice]:
    """Yield what was sent, span by span, without gaps between them.

    Args:
        workload: New, made of the fleet and plan of the load.
        start_ms: When the first message was due.
        outcomes: What became of each message.
    """
    names, firsts = _names(workload)
    # The readings of a message reach back from its own time.
    reach_ms = (workload.batch - 1) * workload.spacing_ms
    held: list[Sent] = []
    places: list[Place] = []
    from_ms = start_ms - reach_ms
    for portion in workload.portions(start_ms):
        due_s = float(workload.schedule.times_s(np.array([portion.first], np.float64))[0])
        settled_ms = start_ms + int(due_s * 1_000) - reach_ms
        if sum(len(sent.ts_ms) for sent in held) >= SLICE_READINGS and settled_ms > from_ms:
            yield _cut(from_ms, settled_ms, places, held)
            later = [sent.rows(sent.ts_ms >= settled_ms) for sent in held]
            kept = [index for index, sent in enumerate(later) if len(sent.ts_ms)]
            held, places = [later[i] for i in kept], [places[i] for i in kept]
            from_ms = settled_ms
        place = Place(portion.block.group.site, portion.block.kind.name)
        places.append(place)
        held.append(_sent(portion, names[place], firsts[id(portion.block)], outcomes))
    end_ms = start_ms + int(workload.schedule.end_s * 1_000) + 1
    yield _cut(from_ms, end_ms, places, held)


def _names(workload: Workload) -> tuple[dict[Place, list[str]], dict[int, int]]:
    """Return all device names of each place, and where in them each block begins."""
    names: dict[Place, list[str]] = {}
    firsts: dict[int, int] = {}
    for block in workload.blocks:
        known = names.setdefault(Place(block.group.site, block.kind.name), [])
        firsts[id(block)] = len(known)
        known += block.group.names
    return names, firsts


def _sent(portion: Portion, names: list[str], first: int, outcomes: Outcomes) -> Sent:
    return Sent(
        kind=portion.block.kind,
        names=names,
        device=portion.device + first,
        ts_ms=portion.ts_ms,
        values=portion.values,
        outcome=outcomes.states[portion.first + portion.device],
    )


def _cut(from_ms: int, to_ms: int, places: list[Place], held: list[Sent]) -> Slice:
    """Return what was sent in a span, by place."""
    by_place: dict[Place, list[Sent]] = {}
    for place, sent in zip(places, held, strict=True):
        by_place.setdefault(place, []).append(sent.rows(sent.ts_ms < to_ms))
    return Slice(from_ms, to_ms, {place: _joined(parts) for place, parts in by_place.items()})


def _joined(parts: list[Sent]) -> Sent:
    return parts[0]._replace(
        device=np.concatenate([part.device for part in parts]),
        ts_ms=np.concatenate([part.ts_ms for part in parts]),
        values=np.concatenate([part.values for part in parts]),
        outcome=np.concatenate([part.outcome for part in parts]),
    )


def was_acknowledged(outcome: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell of which messages the broker said that it has them."""
    return np.equal(outcome, Outcome.ACKNOWLEDGED)


def may_be_there(outcome: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which messages left us: of those that were not acknowledged, nobody knows."""
    return np.greater_equal(outcome, Outcome.SENT)

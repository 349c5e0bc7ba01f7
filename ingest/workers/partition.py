"""Which worker takes what: the stream cut along topic filters.

Rollups, counters and rules need all readings of a device, and those of sites all devices of a
kind at a site, in one process. MQTT offers three ways to split a stream, and only one keeps that:

- a shared subscription deals out messages, not devices, so nobody sees the whole of anything;
- a filter a site or a kind keeps devices together, and the broker does the splitting;
- the whole stream for everyone, each leaving what is not its own, costs each of them most of the
  work, and the broker as many deliveries as there are workers.

So workers subscribe to disjoint filters: those of `mqtt.topics`, or where it has only one, one a
device kind. MQTT has no filter for what other filters do not match, and what names no known
kind must become a dead letter nevertheless. Therefore one worker, the one that has the rest,
subscribes to the wide filter that covers all others and leaves alone what others take
(`mqtt.except_topics`). That costs it a look at the topic for each message of the others, and the
broker one more delivery; whoever does not want it lists filters without a wide one among them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ingest.core.filters import ALL, ONE, covers, levels_of, overlap
from ingest.core.topics import TELEMETRY
from ingest.errors import ConfigError

LEAVING_SHARE = 0.3
"""What it costs to leave a message to another worker, as a share of what it costs to take it;
`python bench/workers.py` measures it."""

KIND_LEVEL = 2

Lump = tuple[str, ...]
"""Filters that have topics in common, and so must stay together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one worker takes.

    Attributes:
        topics: Filters that it subscribes to.
        except_topics: Filters within them whose messages it leaves to others.
    """

    topics: tuple[str, ...]
    except_topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """What there is to deal out.

    Attributes:
        lumps: Filters, together where they overlap; no two lumps do.
        rest: The one filter that covers all of these, or None where there is none.
    """

    lumps: tuple[Lump, ...]
    rest: str | None


def pieces_of(topics: Sequence[str], kinds: Iterable[str]) -> Pieces:
    """Cut subscriptions into as many pieces as may be dealt out on their own.

    Args:
        topics: Filters, as in `mqtt.topics`; a single one is cut by kind.
        kinds: Names of the device kinds.
    """
    filters = list(dict.fromkeys(topics))
    if len(filters) == 1:
        filters = [*_by_kind(filters[0], sorted(kinds)), *filters]
    rest = next((each for each in filters if all(covers(each, other) for other in filters)), None)
    others = [each for each in filters if each != rest]
    if not others:
        return Pieces(lumps=((rest,),) if rest else (), rest=None)
    return Pieces(lumps=_lumps(others), rest=rest)


def _by_kind(pattern: str, kinds: Iterable[str]) -> list[str]:
    """Return a filter for each kind out of one that ends before the kind is named."""
    levels = levels_of(pattern)
    if levels[0] != TELEMETRY or levels[-1] != ALL or len(levels) > KIND_LEVEL + 1:
        return []
    site = levels[1] if len(levels) == KIND_LEVEL + 1 else ONE
    return [f"{TELEMETRY}/{site}/{kind}/{ONE}" for kind in kinds]


def _lumps(filters: Sequence[str]) -> tuple[Lump, ...]:
    lump_of = {each: {each} for each in filters}
    for one, other in combinations(filters, 2):
        if overlap(one, other) and lump_of[one] is not lump_of[other]:
            lump_of[one] |= lump_of[other]
            for each in lump_of[other]:
                lump_of[each] = lump_of[one]
    order = {each: number for number, each in enumerate(filters)}
    together = {id(lump): tuple(sorted(lump, key=order.__getitem__)) for lump in lump_of.values()}
    return tuple(together.values())


def deal(pieces: Pieces, workers: int, weights: Mapping[str, float]) -> tuple[Part, ...]:
    """Deal pieces out so that the busiest worker has as little as possible.

    Args:
        pieces: All there is.
        workers: How many take part.
        weights: Readings by kind, from an earlier run; empty when nothing is known, and then all
            pieces count the same.

    Returns:
        A part for each worker, the one with the rest last: by the time it subscribes, the others
        have what it leaves to them.

    Raises:
        ConfigError: There are fewer pieces than workers.
    """
    hands = [list[Lump]() for _ in range(workers)]
    loads = [0.0] * workers
    weight = {lump: weight_of(lump, weights) for lump in pieces.lumps}
    if pieces.rest:
        loads[-1] = LEAVING_SHARE * sum(weight.values())
    for lump in sorted(pieces.lumps, key=lambda lump: (-weight[lump], lump)):
        least = min(range(workers), key=loads.__getitem__)
        hands[least].append(lump)
        # What the worker of the rest takes it has looked at already.
        looked_at = LEAVING_SHARE if pieces.rest and least == workers - 1 else 0.0
        loads[least] += weight[lump] * (1.0 - looked_at)
    if not all(hands if pieces.rest is None else hands[:-1]):
        raise ConfigError(
            f"service.workers: {workers} workers, but mqtt.topics can be cut into "
            f"{len(pieces.lumps)} only; list more filters there, one a site for example"
        )
    return parts_of(hands, pieces.rest)


def parts_of(hands: Sequence[Sequence[Lump]], rest: str | None) -> tuple[Part, ...]:
    """Return what workers take who have been dealt these lumps; the last one has the rest."""
    filters = [tuple(sorted(each for lump in hand for each in lump)) for hand in hands]
    if rest is None:
        return tuple(Part(topics=topics) for topics in filters)
    others = tuple(sorted(each for topics in filters[:-1] for each in topics))
    return (
        *(Part(topics=topics) for topics in filters[:-1]),
        Part(topics=(rest,), except_topics=others),
    )


def load_of(part: Part, kinds: Collection[str], weights: Mapping[str, float]) -> float:
    """Return what a part costs, in the unit of the weights."""
    everything = sum(weights.values()) or float(len(kinds))
    if not part.except_topics:
        return sum(weight_of((each,), weights) for each in part.topics)
    others = weight_of(part.except_topics, weights)
    return everything - others * (1.0 - LEAVING_SHARE)


def weight_of(lump: Lump, weights: Mapping[str, float]) -> float:
    """Return what filters are expected to bring: what was measured of their kinds, else 1 each."""
    if not weights:
        return float(len(lump))
    mean = sum(weights.values()) / len(weights)
    named = [levels[KIND_LEVEL] for each in lump if len(levels := levels_of(each)) > KIND_LEVEL]
    kinds = [name for name in named if name not in {ONE, ALL}]
    # One more than was counted, so that what was silent is still dealt out evenly.
    return sum(1.0 + weights.get(kind, 0.0) for kind in kinds) if kinds else mean

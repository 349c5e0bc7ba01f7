"""Which spans a batch of readings lies in, found quickly because most are the ones of before."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.core.frame import Frame
from ingest.rollups.span import Span

MOST_PLACES = 64
"""A place takes twice as many bytes as there are devices; late readings can be of very many."""

Place = tuple[str, int]
"""Name of a kind and start of a span: a span at any site."""


class Touched:
    """Remembers the devices that were heard in each place, until it is told to forget it.

    Beyond 64 places the one that was heard least lately is forgotten by itself; its readings are
    looked at again.

    Args:
        span_ms: Length of a span.
    """

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._heard: dict[Place, NDArray[np.bool_]] = {}

    def look(self, frames: Sequence[Frame]) -> tuple[set[Place], set[Span]]:
        """Return the places of readings, and the spans of devices that were not heard there."""
        places: set[Place] = set()
        spans: set[Span] = set()
        for frame in frames:
            for start_ms, device in self._by_start(frame):
                place = frame.kind.name, start_ms
                places.add(place)
                spans.update(self._unheard(frame, place, device))
        return places, spans

    def forget(self, place: Place) -> None:
        """Have the next readings there looked at again."""
        self._heard.pop(place, None)

    def _by_start(self, frame: Frame) -> Iterator[tuple[int, NDArray[np.int32]]]:
        if not len(frame):
            return
        starts = frame.ts_ms // self._span_ms * self._span_ms
        first = int(starts[0])
        if (starts == first).all():
            yield first, frame.device
            return
        for start_ms in np.unique(starts).tolist():
            yield start_ms, frame.device[starts == start_ms]

    def _unheard(self, frame: Frame, place: Place, device: NDArray[np.int32]) -> Iterator[Span]:
        heard = self._heard.pop(place, np.zeros(0, np.bool_))
        if len(heard) < len(frame.sources):
            more = np.zeros(2 * len(frame.sources), np.bool_)
            more[: len(heard)] = heard
            heard = more
        self._heard[place] = heard  # as the newest
        if len(self._heard) > MOST_PLACES:
            del self._heard[next(iter(self._heard))]
        new = device[~heard[device]]
        heard[new] = True
        kind, start_ms = place
        for site in {frame.sources[index].site for index in new.tolist()}:
            yield Span(kind, site, start_ms)

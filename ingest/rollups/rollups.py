"""Windows over everything that is received, kind by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.core.frame import Frame
from ingest.core.rows import Rows
from ingest.rollups.arrays import LEAST_ROWS
from ingest.rollups.beginning import Beginning
from ingest.rollups.kind_rollups import KindRollups
from ingest.rollups.reach import longest_gap_ms, look_back_ms
from ingest.rollups.repairs import Repairs
from ingest.rollups.span import Span
from ingest.rollups.tiers import Tiers
from ingest.rollups.watermark import Watermark

MOST_BEHIND_ROWS = 1_000_000
LEAST_BEHIND = 8
"""How many windows of the shortest tier may be open although their time is over: so many, or as
many as have so many rows, one a device. Of a simulation that runs fast it can be hundreds."""

FOLD_READINGS = 20_000
"""Frames are gathered up to so many readings, since large arrays cost less a reading."""


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of letting time go on for one kind.

    Attributes:
        rows: Of the windows that closed, and of no others. They are made on demand: in another
            thread if need be, while readings are taken, but to the end before time goes on again.
        spans: Spans whose last windows are among them.
        dirty: Spans that are over and must be recomputed: late or contradicting readings came, or
            the service was not there when they began. May be among `spans`, or long over.
    """

    rows: Iterator[Rows]
    spans: frozenset[Span]
    dirty: frozenset[Span]


class _Stream:
    """One kind: its windows, how far its time has come, and the frames that wait."""

    def __init__(self, windows: KindRollups, watermark: Watermark, beginning: Beginning) -> None:
        self.windows = windows
        self.watermark = watermark
        self.beginning = beginning
        self.frames: list[Frame] = []
        self.readings = 0


class Rollups:
    """Computes rollups of live readings; knows no store and no clock.

    Readings may come in any order and any number of times. What cannot be folded in is named in
    `Closed.dirty`, and after `recompute` of those spans the rows are what they would have been had
    everything come in order, to the bit.

    Args:
        tiers: Window lengths.
        lateness_ms: How much older than the newest of its kind a reading may be and still be in
            time.
        idle_ms: When nothing of a kind came for so long, its windows close by the wall clock.
    """

    def __init__(self, tiers: Tiers, *, lateness_ms: int, idle_ms: int) -> None:
        self._tiers = tiers
        self._lateness_ms = lateness_ms
        self._idle_ms = idle_ms
        self._streams: dict[str, _Stream] = {}
        self._repairs = Repairs(tiers.span_ms)

    def adopt(self, *, lateness_ms: int, idle_ms: int) -> None:
        """Go by other times from now on; a window that has closed stays closed."""
        self._lateness_ms = lateness_ms
        self._idle_ms = idle_ms
        for stream in self._streams.values():
            stream.watermark.adopt(lateness_ms=lateness_ms, idle_ms=idle_ms)

    @property
    def given_up(self) -> int:
        """How many spans that are wrong were too many to be remembered."""
        return self._repairs.given_up

    def take(self, frames: Sequence[Frame], now_ms: int) -> None:
        """Take readings that are durable; quick, and never closes a window.

        Args:
            frames: In order of arrival.
            now_ms: Wall clock, Unix milliseconds.
        """
        for frame in frames:
            if not len(frame):
                continue
            newest_ms = int(frame.ts_ms.max())
            stream = self._streams.get(frame.kind.name)
            if stream is None:
                stream = self._begin(frame, newest_ms, now_ms)
            stream.watermark.hear(newest_ms, now_ms)
            stream.frames.append(frame)
            stream.readings += len(frame)
            if stream.readings >= FOLD_READINGS:
                self._fold(stream, now_ms)

    def advance(self, now_ms: int) -> Iterator[Closed]:
        """Close the windows whose time has come, kind by kind.

        Call it every second or so; what it costs is mostly the rows of windows that close.
        Readings may be taken between one kind and the next.

        Args:
            now_ms: Wall clock, Unix milliseconds.
        """
        for kind, stream in list(self._streams.items()):
            self._fold(stream, now_ms)
            before = self._spans(kind, stream)
            rows = stream.windows.close(self._aligned(stream.watermark.at(now_ms)))
            until_ms = stream.windows.windows.closed_until_ms
            over = {span for span in before if span.start_ms + self._tiers.span_ms <= until_ms}
            dirty = self._repairs.due(kind, until_ms)
            yield Closed(rows, frozenset(over), frozenset(dirty))

    def early(self, now_ms: int) -> Iterator[Iterator[Rows]]:
        """Yield what the open windows of the shortest tier hold so far, part by part.

        Their rows have the identity of the final ones, which overwrite them. The rows of a part
        are made on demand, in another thread if need be; readings may be taken meanwhile.

        Args:
            now_ms: Wall clock, Unix milliseconds.
        """
        for stream in list(self._streams.values()):
            self._fold(stream, now_ms)
            yield from stream.windows.early(stream.watermark.newest_ms)

    def open_spans(self) -> frozenset[Span]:
        """Return the spans that a crash now would leave wrong or unwritten.

        Those of open windows, of readings that wait to be folded, and the dirty ones that were not
        handed out yet.
        """
        spans = set(self._repairs.waiting)
        for kind, stream in self._streams.items():
            spans |= self._spans(kind, stream)
            for frame in stream.frames:
                spans.update(self._spans_of(frame))
        return frozenset(spans)

    def _begin(self, frame: Frame, newest_ms: int, now_ms: int) -> _Stream:
        watermark = Watermark(
            newest_ms, now_ms, lateness_ms=self._lateness_ms, idle_ms=self._idle_ms
        )
        stream = self._streams[frame.kind.name] = _Stream(
            KindRollups(frame.kind, self._tiers, self._aligned(watermark.at(now_ms))),
            watermark,
            Beginning(newest_ms, now_ms, look_back_ms(frame.kind)),
        )
        return stream

    def _fold(self, stream: _Stream, now_ms: int) -> None:
        if not stream.frames:
            return
        frames, stream.frames, stream.readings = stream.frames, [], 0
        windows = stream.windows
        slots = np.concatenate([windows.roster.slots(frame) for frame in frames])
        ts_ms = np.concatenate([frame.ts_ms for frame in frames])
        values = np.concatenate([frame.values for frame in frames])
        kind = frames[0].kind.name
        self._leap(kind, stream)
        windows.make_room()
        newest_ms = stream.watermark.newest_ms
        unknown = stream.beginning.unknown(
            slots, ts_ms, windows.carry, newest_ms=newest_ms, now_ms=now_ms
        )
        self._repairs.want(kind, windows.roster, unknown)
        self._repairs.want(kind, windows.roster, windows.fold(slots, ts_ms, values))

    def _leap(self, kind: str, stream: _Stream) -> None:
        """Leave windows behind that time has gone past by far, and have them computed again.

        Where the first reading of a kind is days old and the next ones are of today, each minute
        between would have its window until the next `advance`, with a row for every device.
        """
        window_ms, windows = self._tiers.lengths_ms[0], stream.windows
        reached_ms = self._aligned(stream.watermark.newest_ms - self._lateness_ms)
        most = max(LEAST_BEHIND, MOST_BEHIND_ROWS // max(len(windows.roster), LEAST_ROWS))
        least_ms = reached_ms - most * window_ms
        if windows.windows.closed_until_ms >= least_ms:
            return
        span_ms = self._tiers.span_ms
        for start_ms, sites in windows.sites():
            held_until_ms = start_ms + window_ms + longest_gap_ms(windows.kind)
            for moment_ms in {start_ms, held_until_ms, least_ms}:
                for site in sites:
                    self._repairs.add(Span(kind, site, moment_ms // span_ms * span_ms))
        windows.windows.leap(least_ms)

    def _spans(self, kind: str, stream: _Stream) -> set[Span]:
        """Return the spans that a kind's open windows lie in."""
        return {
            Span(kind, site, start_ms // self._tiers.span_ms * self._tiers.span_ms)
            for start_ms, sites in stream.windows.sites()
            for site in sites
        }

    def _spans_of(self, frame: Frame) -> Iterator[Span]:
        keys = np.stack([frame.device, frame.ts_ms // self._tiers.span_ms], axis=1)
        for index, place in np.unique(keys, axis=0).tolist():
            yield Span(frame.kind.name, frame.sources[index].site, place * self._tiers.span_ms)

    def _aligned(self, moment_ms: int) -> int:
        return moment_ms // self._tiers.lengths_ms[0] * self._tiers.lengths_ms[0]

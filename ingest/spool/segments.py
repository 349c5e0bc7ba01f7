"""The segment files of a spool, oldest first."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ingest.errors import ConfigError
from ingest.spool.format import NewerVersion
from ingest.spool.segment_reader import SegmentReader
from ingest.spool.tail import mend_tail

FILE_NAME = re.compile(r"(\d{10})-(\d{20})\.spool")
"""Number of the segment and of its first point, so that one listing tells what is where."""


@dataclass(slots=True, kw_only=True)
class Segment:
    """One file.

    Attributes:
        number: Its place in the order of all segments there ever were.
        path: Its file.
        first_point: Number of its first point.
        size_bytes: How much of the file is durable; readers go no further.
    """

    number: int
    path: Path
    first_point: int
    size_bytes: int


class Segments:
    """Shared by the thread that appends and the one that reads; every method is atomic."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._segments: list[Segment] = []
        self._last_number = 0

    def load(self, shipped_point: int) -> int:
        """Take stock of the folder after a stop or a crash.

        Time taken does not depend on how much waits: only the last segment is gone through.

        Args:
            shipped_point: Number of the first point not yet shipped, as far as it is known.

        Returns:
            Number of the next point to be appended.

        Raises:
            ConfigError: A segment was written by a later version of this program.
        """
        for path in sorted(self.folder.iterdir()):
            if name := FILE_NAME.fullmatch(path.name):
                _check_version(path)
                self._last_number = int(name[1])
                self._append(path, int(name[2]), path.stat().st_size)
        return max(shipped_point, self._mend_last())

    def _append(self, path: Path, first_point: int, size_bytes: int) -> Segment:
        segment = Segment(
            number=self._last_number, path=path, first_point=first_point, size_bytes=size_bytes
        )
        self._segments.append(segment)
        return segment

    def _mend_last(self) -> int:
        next_point = 0
        while self._segments:
            last = self._segments[-1]
            next_point = max(next_point, mend_tail(last.path, last.first_point))
            if last.path.exists():
                last.size_bytes = last.path.stat().st_size
                break
            self._segments.pop()
        return next_point

    def add(self, first_point: int, size_bytes: int) -> Segment:
        """Register a new last segment, whose file the caller creates."""
        with self._lock:
            self._last_number += 1
            path = self.folder / f"{self._last_number:010d}-{first_point:020d}.spool"
            return self._append(path, first_point, size_bytes)

    def grow(self, segment: Segment, size_bytes: int) -> None:
        """Let readers go on to `size_bytes`."""
        with self._lock:
            segment.size_bytes = size_bytes

    def remove(self, segment: Segment) -> None:
        """Delete a segment and its file, unless another thread did."""
        with self._lock:
            if segment in self._segments:
                self._segments.remove(segment)
        segment.path.unlink(missing_ok=True)

    def remove_before(self, point: int) -> None:
        """Delete all segments but the last whose points all come before `point`."""
        for segment, following in list(self._pairs()):
            if following.first_point <= point:
                self.remove(segment)

    def clear(self) -> None:
        """Delete all segments."""
        for segment in list(self._segments):
            self.remove(segment)

    def _pairs(self) -> Iterator[tuple[Segment, Segment]]:
        with self._lock:
            return zip(self._segments[:-1], self._segments[1:], strict=True)

    def at_or_after(self, number: int, point: int) -> tuple[Segment, int, bool] | None:
        """Return a segment, its durable size, and whether it is the last.

        The three belong together: a segment that is not the last grows no more.

        Args:
            number: The first segment from this one on,
            point: of those that hold any point from this one on.
        """
        with self._lock:
            for segment, following in zip_longest(self._segments, self._segments[1:]):
                if segment.number >= number and (not following or following.first_point > point):
                    return segment, segment.size_bytes, following is None
        return None

    @property
    def oldest_point(self) -> int | None:
        """Number of the first point on disk, None where there is no segment."""
        with self._lock:
            return self._segments[0].first_point if self._segments else None

    @property
    def total_bytes(self) -> int:
        """Size of all files together."""
        with self._lock:
            return sum(segment.size_bytes for segment in self._segments)


def _check_version(path: Path) -> None:
    try:
        with SegmentReader(path) as reader:
            reader.check_version()
    except NewerVersion as error:
        raise ConfigError(
            f"store.spool.dir: {path}: {error}; start the version that wrote it, let it empty "
            "its spool, then change to this one"
        ) from error

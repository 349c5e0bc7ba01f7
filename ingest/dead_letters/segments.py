"""The files of the dead letters, named after the millisecond in which they were begun."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

SUFFIX = ".jsonl"
REPLAYED_SUFFIX = ".replayed"


@dataclass(frozen=True, slots=True)
class Segment:
    """A file of letters.

    Attributes:
        path: The file.
        size_bytes: Its length.
        newest_ms: When its last letter was written, Unix milliseconds.
    """

    path: Path
    size_bytes: int
    newest_ms: int

    @classmethod
    def at(cls, path: Path) -> Self:
        """Look at a file."""
        status = path.stat()
        return cls(path, status.st_size, status.st_mtime_ns // 1_000_000)

    @property
    def replayed_path(self) -> Path:
        """The file that says which of its letters were sent again."""
        return self.path.with_suffix(REPLAYED_SUFFIX)

    def count(self) -> int:
        """Go through the file and return how many letters it holds."""
        with self.path.open("rb") as file:
            return sum(1 for _ in file)

    def delete(self) -> None:
        """Delete the file and what belongs to it."""
        self.path.unlink(missing_ok=True)
        self.replayed_path.unlink(missing_ok=True)


def segments_in(folder: Path) -> list[Segment]:
    """Return the segments of a folder, oldest first; none if there is no folder."""
    segments = []
    for path in sorted(folder.glob(f"*{SUFFIX}"), key=_begun_ms):
        try:
            segments.append(Segment.at(path))
        except FileNotFoundError:  # deleted since, as the oldest are
            continue
    return segments


def next_path(folder: Path, now_ms: int) -> Path:
    """Return a path that sorts behind all segments of the folder, even if clocks went back."""
    newest = max((_begun_ms(path) for path in folder.glob(f"*{SUFFIX}")), default=0)
    return folder / f"{max(now_ms, newest + 1):014}{SUFFIX}"


def _begun_ms(path: Path) -> int:
    return int(path.stem) if path.stem.isdecimal() else 0

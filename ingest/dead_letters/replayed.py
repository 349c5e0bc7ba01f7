"""Remembers which dead letters were sent again, in a file beside each segment."""

from pathlib import Path

from ingest.dead_letters.reader import Kept


class Replayed:
    """The letters that were sent again and confirmed by the broker.

    The files hold the offset of each letter, one a line. They are not synced: a letter forgotten
    in a power cut is sent twice, and the same reading twice is one reading.
    """

    def __init__(self) -> None:
        self._offsets: dict[Path, set[int]] = {}

    def __contains__(self, kept: Kept) -> bool:
        return kept.offset in self._of(kept.segment.replayed_path)

    def add(self, kept: Kept) -> None:
        """Remember a letter."""
        self._of(kept.segment.replayed_path).add(kept.offset)
        with kept.segment.replayed_path.open("a", encoding="ascii") as file:
            file.write(f"{kept.offset}\n")

    def _of(self, path: Path) -> set[int]:
        if path not in self._offsets:
            self._offsets[path] = _read(path)
        return self._offsets[path]


def _read(path: Path) -> set[int]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return set()
    return {int(line) for line in lines}

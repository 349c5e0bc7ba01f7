"""Reads dead letters, also while the service writes more."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ingest.core.rejection import DeadLetter, Reason
from ingest.dead_letters.line import NewerLine, from_line
from ingest.dead_letters.segments import Segment, segments_in
from ingest.errors import ConfigError

POLL_S = 0.25

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters a reader wants; None for no preference.

    Attributes:
        reason: Only those rejected for this.
        topic: Only those whose topic matches this pattern, in which `*` stands for anything.
        since_ms: Only those that arrived then or later, Unix milliseconds.
    """

    reason: Reason | None = None
    topic: str | None = None
    since_ms: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Tell whether a letter is wanted."""
        return (
            (self.reason is None or letter.reason == self.reason)
            and (self.since_ms is None or letter.arrived_ms >= self.since_ms)
            and (self.topic is None or fnmatchcase(letter.topic, self.topic))
        )


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Kept:
    """A letter, and where it lies.

    Attributes:
        letter: The letter.
        segment: The file it is in.
        offset: Of its line, in bytes.
    """

    letter: DeadLetter
    segment: Segment
    offset: int


class Cursor:
    """A place in a folder of dead letters, from which to read on.

    Args:
        folder: Where they are; it need not exist yet.
        wanted: Which of them.
    """

    def __init__(self, folder: Path, wanted: Wanted = ALL) -> None:
        self._folder = folder
        self._wanted = wanted
        self._offsets: defaultdict[Path, int] = defaultdict(int)

    def read(self) -> Iterator[Kept]:
        """Yield the letters that have come since the last call, oldest first.

        Raises:
            ConfigError: A later version of this program wrote one of them.
        """
        for segment in segments_in(self._folder):
            if self._offsets[segment.path] >= segment.size_bytes:
                continue
            if segment.newest_ms < (self._wanted.since_ms or 0):
                continue
            yield from self._read(segment)

    def follow(self, sleep: Callable[[float], None]) -> Iterator[Kept]:
        """Yield letters for ever, as they come."""
        while True:
            yield from self.read()
            sleep(POLL_S)

    def _read(self, segment: Segment) -> Iterator[Kept]:
        try:
            file = segment.path.open("rb")
        except FileNotFoundError:  # deleted since, as the oldest are
            return
        with file:
            offset = file.seek(self._offsets[segment.path])
            for line in file:
                if not line.endswith(b"\n"):  # being written, or torn by a crash
                    break
                self._offsets[segment.path] = offset + len(line)
                letter = _letter(line, segment.path, offset)
                if letter is not None and self._wanted.takes(letter):
                    yield Kept(letter, segment, offset)
                offset += len(line)


def read(folder: Path, wanted: Wanted = ALL) -> Iterator[DeadLetter]:
    """Yield the letters of a folder, oldest first."""
    return (kept.letter for kept in Cursor(folder, wanted).read())


def _letter(line: bytes, path: Path, offset: int) -> DeadLetter | None:
    try:
        return from_line(line)
    except NewerLine as error:
        raise ConfigError(
            f"{path}: the line at byte {offset}: {error}; read it by the version that wrote it, or "
            "move the file elsewhere"
        ) from error
    except ValueError as error:
        logger.warning("%s: passed over the line at byte %d: %s", path, offset, error)
        return None

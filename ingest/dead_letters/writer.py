"""Writes dead letters, and deletes the oldest when the limits are reached."""

import errno
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.clock import wall_clock_ms
from ingest.core.rejection import DeadLetter
from ingest.dead_letters.line import iso, to_line
from ingest.dead_letters.segment_file import SegmentFile
from ingest.dead_letters.segments import Segment, next_path, segments_in
from ingest.disk import NO_ROOM
from ingest.errors import ConfigError, SpoolFull
from ingest.settings import DeadLetterSettings
from ingest.throttle import Throttle

DAY_MS = 86_400_000
SAY_EVERY_S = 600.0

logger = logging.getLogger(__name__)


class DeadLetters:
    """The dead letters of a service. Threads may share it, and so may processes its folder.

    Args:
        settings: Folder and limits.
        now_ms: Unix milliseconds.

    Attributes:
        deleted: Letters that limits of size or age have cost so far, in this run.

    Raises:
        ConfigError: The folder cannot be used.
    """

    def __init__(
        self, settings: DeadLetterSettings, *, now_ms: Callable[[], int] = wall_clock_ms
    ) -> None:
        self.deleted = 0
        self._settings = settings
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._file: SegmentFile | None = None
        self._throttle = Throttle(SAY_EVERY_S)
        self._older = deque(_made_ready(settings.dir))
        self._older_bytes = sum(segment.size_bytes for segment in self._older)
        self._delete_oldest()
        self._resume()

    @property
    def size_bytes(self) -> int:
        """Size of all letters on disk."""
        file = self._file
        return self._older_bytes + (file.size_bytes if file else 0)

    def append(self, letters: Sequence[DeadLetter]) -> None:
        """Write letters; when it returns, they survive a power cut. Blocks.

        Raises:
            SpoolFull: The disk has no room; nothing of these letters was written.
            OSError: The disk failed.
        """
        if not letters:
            return
        lines = b"".join(map(to_line, letters))
        with self._lock:
            try:
                self._segment_for(len(lines)).append(lines)
            except OSError as error:
                self._file = None  # it has closed itself, or was never opened
                if error.errno not in NO_ROOM:
                    raise
                raise SpoolFull(f"{self._settings.dir}: {error.strerror}") from error
            self._delete_oldest()

    def close(self) -> None:
        """Close the open file."""
        with self._lock:
            self._retire()

    def _segment_for(self, size_bytes: int) -> SegmentFile:
        if self._file and (self._file.deleted or not self._fits(self._file, size_bytes)):
            self._retire()
        if self._file is None:
            self._settings.dir.mkdir(parents=True, exist_ok=True)
            self._file = SegmentFile.create(next_path(self._settings.dir, self._now_ms()))
        return self._file

    def _fits(self, file: SegmentFile, size_bytes: int) -> bool:
        return not file.size_bytes or file.size_bytes + size_bytes <= self._settings.segment_bytes

    def _resume(self) -> None:
        """Go on in the newest segment, so that many short runs do not leave many files."""
        if not self._older or self._older[-1].size_bytes >= self._settings.segment_bytes:
            return
        try:
            self._file = SegmentFile.resume(self._older[-1].path)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise _unusable(self._settings.dir, error) from error
        if self._file is not None:
            self._older_bytes -= self._older.pop().size_bytes

    def _retire(self) -> None:
        if self._file is None:
            return
        if not self._file.deleted:
            self._older.append(Segment.at(self._file.path))
            self._older_bytes += self._file.size_bytes
        self._file.close()
        self._file = None

    def _delete_oldest(self) -> None:
        aged_ms = self._now_ms() - round(self._settings.max_age_days * DAY_MS)
        while self._older:
            if self._older[0].newest_ms < aged_ms:
                self._delete(self._older.popleft(), "deadletters.max_age_days")
            elif self.size_bytes > self._settings.max_bytes:
                self._delete(self._older.popleft(), "deadletters.max_bytes")
            else:
                break

    def _delete(self, segment: Segment, limit: str) -> None:
        self._older_bytes -= segment.size_bytes
        try:
            letters = segment.count()
        except FileNotFoundError:  # somebody was faster
            return
        segment.delete()
        self.deleted += letters
        if self._throttle.admit(limit) is not None:
            logger.warning(
                "dead letters up to %s are deleted, %d so far; raise %s to keep them for longer",
                iso(segment.newest_ms),
                self.deleted,
                limit,
            )


def _made_ready(folder: Path) -> list[Segment]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return segments_in(folder)
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"deadletters.dir: {folder} cannot be used: {error.strerror}; "
        "name a folder in which this user may write"
    )

"""One open segment: appends, and never believes more than the disk has confirmed."""

import fcntl
import logging
import os
from pathlib import Path
from typing import Self

from ingest.disk import sync_folder, write_all

logger = logging.getLogger(__name__)


class SegmentFile:
    """A segment that this process alone writes to.

    Attributes:
        path: The file.
        size_bytes: How much of it is durable.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.size_bytes = os.fstat(descriptor).st_size
        self._descriptor = descriptor

    @classmethod
    def create(cls, path: Path) -> Self:
        """Begin a segment.

        Raises:
            OSError: It could not be created, or is there already.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            sync_folder(path.parent)
        except OSError:
            os.close(descriptor)
            raise
        return cls(path, descriptor)

    @classmethod
    def resume(cls, path: Path) -> Self | None:
        """Open a segment of an earlier run, or return None if another process writes to it.

        Raises:
            OSError: It could not be opened or mended.
        """
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        file = cls(path, descriptor)
        file._end_torn_line()
        return file

    @property
    def deleted(self) -> bool:
        """Whether somebody has deleted the file while it was open."""
        return os.fstat(self._descriptor).st_nlink == 0

    def append(self, lines: bytes) -> None:
        """Write at the end and sync; when it returns, the lines survive a power cut.

        Raises:
            OSError: They could not be written. The file is closed and must not be written again:
                after a failed sync, a second one proves nothing.
        """
        try:
            write_all(self._descriptor, lines)
            os.fsync(self._descriptor)
        except OSError:
            self._abandon()
            raise
        self.size_bytes += len(lines)

    def close(self) -> None:
        """Let others have the file."""
        os.close(self._descriptor)

    def _end_torn_line(self) -> None:
        """Keep what a crash has torn from spoiling the line that comes after it."""
        if self.size_bytes and os.pread(self._descriptor, 1, self.size_bytes - 1) != b"\n":
            self.append(b"\n")

    def _abandon(self) -> None:
        try:
            os.ftruncate(self._descriptor, self.size_bytes)
            if self.size_bytes == 0:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("%s: a torn line stays behind: %s", self.path, error)
        finally:
            self.close()

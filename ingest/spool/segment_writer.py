"""Writes one segment file, and never believes more than the disk has confirmed."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.disk import sync_folder, write_all
from ingest.spool.format import SEGMENT_HEADER_BYTES, pack_segment_header

Sync = Callable[[int], None]
"""Makes an open file durable, or raises OSError: `os.fdatasync`."""

log = logging.getLogger(__name__)


class NotSynced(OSError):
    """What the file ends in is not known; it is to be written no more.

    After a failed fsync the kernel may have dropped the pages and call the next fsync a
    success, so trying again on the same file proves nothing.
    """


class SegmentWriter:
    """A new segment file, open for appending.

    Attributes:
        size_bytes: How much of the file is durable.
    """

    def __init__(self, path: Path, first_point: int, sync: Sync) -> None:
        """Create the file with its header, its name being durable.

        Raises:
            OSError: It could not be written; no file is left behind.
        """
        self.path = path
        self.size_bytes = SEGMENT_HEADER_BYTES
        self._sync = sync
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(path, flags, 0o644)
        try:
            write_all(self._file, pack_segment_header(first_point))
            sync_folder(path.parent)
        except OSError:
            os.close(self._file)
            path.unlink()
            raise

    def append(self, data: bytes) -> None:
        """Write at the end and sync; when it returns, the bytes survive a power cut.

        Raises:
            NotSynced: They may be in the file or not; abandon it.
            OSError: They could not be written, and the file is as before.
        """
        try:
            write_all(self._file, data)
        except OSError:
            with self._doubted():
                os.ftruncate(self._file, self.size_bytes)
            raise
        with self._doubted():
            self._sync(self._file)
        self.size_bytes += len(data)

    @contextmanager
    def _doubted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise NotSynced(error.errno, error.strerror, str(self.path)) from error

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def abandon(self) -> None:
        """Close the file after a failure, cutting off what was not confirmed if that works."""
        try:
            os.ftruncate(self._file, self.size_bytes)
            os.close(self._file)
        except OSError as error:
            log.warning("%s: unconfirmed bytes stay at its end: %s", self.path, error)

"""What every part that must not lose bytes needs of the disk."""

import errno
import os
import threading
from pathlib import Path

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Error numbers that mean: nothing is broken, there is just no room."""


def write_all(file: int, data: bytes) -> None:
    """Write all of `data` to an open file, which may take the kernel several calls.

    Raises:
        OSError: It could not be written; a part of it may have been.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync_folder(folder: Path) -> None:
    """Make the names of a folder's files durable.

    Raises:
        OSError: The disk did not confirm it.
    """
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


class WholeFile:
    """A file that is replaced as a whole: after a crash it holds one content, never a part of two.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = threading.Lock()  # a cancelled write may still be under way in its thread

    def read(self) -> bytes | None:
        """Return what was written last, or None where there is no file.

        Raises:
            OSError: It cannot be read.
        """
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return None

    def replace(self, data: bytes) -> None:
        """Write another content; when it returns, that survives any crash. Blocks on the disk.

        Raises:
            OSError: The content of before stays.
        """
        draft = self.path.with_name(f"{self.path.name}.new")
        with self._writing:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
            try:
                write_all(file, data)
                os.fsync(file)
            finally:
                os.close(file)
            draft.replace(self.path)
            sync_folder(self.path.parent)

"""What every part that must not lose bytes needs of the disk."""

import errno
import os
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

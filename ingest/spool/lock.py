"""One process per spool folder."""

import fcntl
import os
from pathlib import Path

from ingest.errors import ConfigError


class FolderLock:
    """Holds a folder for this process until released, or until the process ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            ConfigError: Another process holds it.
        """
        self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip()
            os.close(self._file)
            raise ConfigError(
                f"store.spool.dir: {folder} is in use by another process"
                f"{f' (pid {holder})' if holder else ''}; stop it, or give this one its own folder"
            ) from None
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode("ascii"))

    def release(self) -> None:
        """Let others have the folder."""
        os.close(self._file)

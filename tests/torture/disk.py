"""A small disk for the service, which can be full."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.process import installed

MIB = 1024 * 1024
SIZE_BYTES = 128 * MIB
A_MINUTE_BYTES = 16 * MIB  # of dead letters, which stay; most while the clock is behind


class SmallDisk:
    """A filesystem in a file, mounted on a folder.

    Attributes:
        folder: Where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    @classmethod
    @contextmanager
    def mounted(cls, folder: Path, duration_s: float = 0.0) -> Iterator["SmallDisk"]:
        """Make and mount one; unmount it at the end.

        Args:
            folder: Where.
            duration_s: How long troubles come, whose dead letters must find room.

        Raises:
            CalledProcessError: This user or this machine cannot mount.
        """
        image = folder.with_suffix(".img")
        with image.open("wb") as file:
            file.truncate(SIZE_BYTES + round(duration_s / 60 * A_MINUTE_BYTES))
        folder.mkdir()
        _run("mkfs.ext4", "e2fsprogs", "-q", "-F", "-m", "0", str(image))  # none left for root
        _run("mount", "mount", "-o", "loop", str(image), str(folder))
        try:
            yield cls(folder)
        finally:
            _run("umount", "mount", "--lazy", str(folder))
            image.unlink()

    def fill(self) -> None:
        """Leave no room."""
        with self._filler.open("wb") as file:
            size_bytes = shutil.disk_usage(self.folder).free
            while size_bytes >= 1:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size_bytes)
                except OSError:
                    size_bytes //= 2

    def free(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)


def can_mount(folder: Path) -> bool:
    """Find out whether a small disk can be had here, by trying."""
    try:
        with SmallDisk.mounted(folder / "attempt"):
            pass
    except (OSError, subprocess.CalledProcessError):
        return False
    finally:
        (folder / "attempt.img").unlink(missing_ok=True)
        if (folder / "attempt").is_dir():
            (folder / "attempt").rmdir()
    return True


def _run(tool: str, package: str, *arguments: str) -> None:
    subprocess.run([installed(tool, package), *arguments], check=True, capture_output=True)

"""Whether a folder can be written to and has the room it may come to need."""

import shutil
import tempfile
from pathlib import Path

from ingest.check.finding import Finding, doubtful, good, wrong
from ingest.text import readable_bytes


def check_folder(about: str, key: str, folder: Path, *, least: int, most: int) -> Finding:
    """Check a folder without creating it.

    Args:
        about: What the folder holds.
        key: The setting that names it.
        folder: The folder, which need not exist as long as it can be created.
        least: Free bytes without which the work cannot begin.
        most: Bytes it may come to hold.
    """
    try:
        usable, exists = _nearest_folder(folder), folder.exists()
        with tempfile.TemporaryFile(dir=usable):
            free = shutil.disk_usage(usable).free
        held = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    except OSError as error:
        return wrong(
            about,
            f"{folder} cannot be written to: {error.strerror}",
            f"let this user write there, or set {key} to another folder",
        )
    state = "writable" if exists else "can be created"
    room = f"{readable_bytes(free)} free"
    if free < least:
        return wrong(about, f"{folder}: only {room}", f"make room, or set {key} to another disk")
    if free < most - held:
        return doubtful(
            about,
            f"{folder}: {state}, but {room} is less than the {readable_bytes(most)} it may hold",
            f"make room, or lower {key.rpartition('.')[0]}.max_bytes",
        )
    return good(about, f"{folder}: {state}, {room}")


def _nearest_folder(folder: Path) -> Path:
    """Return the folder itself, or the nearest one above that exists."""
    candidates = (folder.absolute(), *folder.absolute().parents)
    return next(path for path in candidates if path.exists())

"""How far the spool has been shipped, kept across runs.

The file is replaced by a rename but not synced: an old position ships some points twice, and a
point written twice is the same point.
"""

from pathlib import Path

NAME = "position"


def read_position(folder: Path) -> int:
    """Return the number of the first point not yet shipped, 0 where none is known."""
    try:
        return int((folder / NAME).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def write_position(folder: Path, point: int) -> None:
    """Keep the number of the first point not yet shipped.

    Raises:
        OSError: It could not be written; the position of before stays.
    """
    draft = folder / f"{NAME}.new"
    draft.write_text(f"{point}\n", "ascii")
    draft.replace(folder / NAME)

"""The service's own files say in which format they are; none is read as what it is not."""

from pathlib import Path

import msgspec

from ingest.errors import ConfigError


class Versioned(msgspec.Struct, frozen=True):
    """What a file of any format says first; one that says nothing is of the first format."""

    version: int = 1


def check_version(path: Path, version: int, known: int, remedy: str) -> None:
    """Make sure that this program knows the format of a file, before the rest of it is read.

    Args:
        path: The file.
        version: What it says of itself.
        known: The latest that this program knows; it reads all earlier ones too.
        remedy: What can be done besides going back to the version that wrote it.

    Raises:
        ConfigError: The file is of a later format.
    """
    if version > known:
        raise ConfigError(
            f"{path}: in format {version}, and this snowgrid knows formats up to {known}; a later "
            f"one wrote it: start that one again, or {remedy}"
        )

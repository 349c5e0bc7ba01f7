"""The service's own files say in which format they are; none is read as what it is not."""

from pathlib import Path

from ingest.errors import ConfigError


def check_version(path: Path, version: int, known: int, remedy: str) -> None:
    """Make sure that this program knows the format of a file.

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

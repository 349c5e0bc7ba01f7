"""What must survive a restart: the state of the rules, and what was told."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ingest.disk import sync_folder
from ingest.errors import ConfigError
from ingest.rules.alert import Alert

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A moment of the rules.

    Attributes:
        snapshot: Of the evaluator.
        told: Alerts that were told as firing and not yet as resolved.
    """

    snapshot: bytes = b""
    told: tuple[Alert, ...] = ()


class _Kept(msgspec.Struct):
    snapshot: bytes
    told: tuple[Alert, ...]


class StateFile:
    """A file that always holds one whole state, the last or the one before."""

    def __init__(self, path: Path) -> None:
        """Prepare the file's folder.

        Raises:
            ConfigError: The folder cannot be used.
        """
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{path.parent}: cannot be used: {error.strerror}") from error

    def read(self) -> State:
        """Return the state of the last run; one that cannot be read is said, and counts as none."""
        try:
            kept = msgspec.msgpack.decode(self._path.read_bytes(), type=_Kept)
            return State(snapshot=kept.snapshot, told=kept.told)
        except FileNotFoundError:
            return State()
        except (OSError, msgspec.DecodeError) as error:
            logger.warning(
                "the alerts of the last run cannot be read; starting without them",
                extra={"file": str(self._path), "reason": str(error)},
            )
            return State()

    def write(self, snapshot: bytes, told: Sequence[Alert]) -> None:
        """Replace the state; blocks on the disk.

        Raises:
            OSError: It could not be written; the state of before stays.
        """
        draft = self._path.with_name(f"{self._path.name}.new")
        with draft.open("wb") as file:
            file.write(msgspec.msgpack.encode(_Kept(snapshot=snapshot, told=tuple(told))))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        sync_folder(self._path.parent)

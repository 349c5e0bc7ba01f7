"""What must survive a restart: the state of the rules, and what was told."""

import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ingest.disk import WholeFile
from ingest.errors import ConfigError
from ingest.file_version import Versioned, check_version
from ingest.rules.alert import Alert

VERSION = 1
REMEDY = "delete it: what fires is told again, and what has ended meanwhile is not told"

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
    version: int = 1
    crc: int | None = None  # of what is kept; the first releases wrote none


class StateFile:
    """A file that always holds one whole state, the last or the one before."""

    def __init__(self, path: Path) -> None:
        """Prepare the file's folder.

        Raises:
            ConfigError: The folder cannot be used.
        """
        self._file = WholeFile(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{path.parent}: cannot be used: {error.strerror}") from error

    def read(self) -> State:
        """Return the state of the last run; one that cannot be read is said, and counts as none.

        Raises:
            ConfigError: A later version of this program wrote it.
        """
        try:
            data = self._file.read()
            if data is None:
                return State()
            version = msgspec.msgpack.decode(data, type=Versioned).version
            check_version(self._file.path, version, VERSION, REMEDY)
            kept = _kept(data)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            logger.warning(
                "the alerts of the last run cannot be read; starting without them",
                extra={"file": str(self._file.path), "reason": str(error)},
            )
            return State()
        return State(snapshot=kept.snapshot, told=kept.told)

    def write(self, snapshot: bytes, told: Sequence[Alert]) -> None:
        """Replace the state; blocks on the disk.

        Raises:
            OSError: It could not be written; the state of before stays.
        """
        kept = _Kept(snapshot=snapshot, told=tuple(told), version=VERSION)
        kept.crc = _crc_of(kept)
        self._file.replace(msgspec.msgpack.encode(kept))


def _kept(data: bytes) -> _Kept:
    kept = msgspec.msgpack.decode(data, type=_Kept)
    if kept.crc not in (None, _crc_of(kept)):
        raise msgspec.DecodeError("damaged: the checksum does not match")
    return kept


def _crc_of(kept: _Kept) -> int:
    return zlib.crc32(msgspec.msgpack.encode((kept.snapshot, kept.told)))

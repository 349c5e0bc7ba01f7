"""What the session at the broker is subscribed to, remembered over restarts.

The broker does not tell, and a filter that was taken out of the settings while the service was
down would go on filling its session for ever.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingest.disk import WholeFile
from ingest.file_version import Versioned, check_version

VERSION = 1

logger = logging.getLogger(__name__)


class Session(msgspec.Struct, frozen=True):
    """A session as this file knows it.

    Attributes:
        client_id: Whose.
        topics: Filters that it may be subscribed to: all that it is, and perhaps more.
    """

    client_id: str
    topics: tuple[str, ...] = ()


class _Content(Session, frozen=True, kw_only=True):
    version: int


class SessionFile:
    """A file for one session; its methods block on the disk.

    Args:
        path: The file; its folder is made when something is saved.
    """

    def __init__(self, path: Path) -> None:
        self._file = WholeFile(path)

    def load(self) -> Session | None:
        """Return the session saved last; what cannot be read is said, and counts as none.

        Raises:
            ConfigError: A later version of this program wrote it.
        """
        path = self._file.path
        try:
            data = self._file.read()
            if data is None:
                return None
            version = msgspec.json.decode(data, type=Versioned).version
            check_version(path, version, VERSION, "delete it: topics of old may come again")
            content = msgspec.json.decode(data, type=_Content)
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            logger.warning(
                "what the broker's session was subscribed to cannot be read; topics that were "
                "taken out of mqtt.topics meanwhile may still come",
                extra={"file": str(path), "reason": str(error)},
            )
            return None
        if not content:
            return None
        check_version(
            path, content.version, VERSION, "delete the file and mqtt.client_id's session"
        )
        return Session(content.client_id, content.topics)

    def save(self, client_id: str, topics: Iterable[str]) -> None:
        """Remember a session; what cannot be written is said.

        A filter too many in the file costs nothing, one too few cannot be let go of: so save
        before subscribing, and again after unsubscribing.
        """
        content = _Content(client_id, tuple(sorted(topics)), version=VERSION)
        try:
            self._file.replace(msgspec.json.encode(content))
        except OSError as error:
            logger.warning(
                "what the broker's session is subscribed to could not be kept",
                extra={"file": str(self._file.path), "reason": str(error)},
            )

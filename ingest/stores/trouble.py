"""What stands between the spool and the database, said loudly but not all the time."""

import logging
from collections.abc import Callable

from ingest.errors import StoreError

REPEAT_S = 60.0

log = logging.getLogger(__name__)


class Trouble:
    """Logs the first failure, then one a minute, then the recovery.

    Attributes:
        complaint: What keeps lines from the database now, or an empty string.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start without any.

        Args:
            clock: Monotonic time in seconds.
        """
        self.complaint = ""
        self._clock = clock
        self._since: float | None = None
        self._said = ""
        self._said_at = 0.0

    def busy(self, error: StoreError) -> None:
        """Note that the database cannot take more now."""
        self.complaint = f"{error}; lines wait in the spool"
        self._say(logging.WARNING, self.complaint)

    def denied(self, error: StoreError) -> None:
        """Note that the database will take no more until a person has done something."""
        self.complaint = str(error)
        self._say(logging.ERROR, f"{error}; until then lines wait in the spool")

    def over(self) -> None:
        """Note that the database takes lines."""
        if self._since is not None:
            log.info("the database takes lines again, after %.0f s", self._clock() - self._since)
        self.complaint = ""
        self._said = ""
        self._since = None

    def _say(self, level: int, message: str) -> None:
        now = self._clock()
        self._since = now if self._since is None else self._since
        if message != self._said or now - self._said_at >= REPEAT_S:
            log.log(level, "%s", message)
            self._said = message
            self._said_at = now

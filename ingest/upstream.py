"""What got lost before it reached us: said in the log, and counted apart from our own books."""

import logging
from collections.abc import Sequence

from ingest.core.frame import Frame
from ingest.core.sequence import SequenceWatch
from ingest.throttle import Throttle
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

SAY_EVERY_S = 30.0


class UpstreamWatch:
    """Looks at the sequence numbers of what was committed.

    Args:
        vitals: Told how many readings are missing.
        throttle: Keeps the log readable while much is lost.
    """

    def __init__(self, vitals: Vitals, throttle: Throttle | None = None) -> None:
        self._vitals = vitals
        self._watch = SequenceWatch()
        self._throttle = throttle or Throttle(SAY_EVERY_S)

    def take(self, frames: Sequence[Frame]) -> None:
        """Take readings that have become durable; quick."""
        gaps = self._watch.take(frames)
        self._vitals.lost_upstream = self._watch.lost
        if gaps and self._throttle.admit() is not None:
            source = frames[0].sources[gaps[0].device]
            logger.warning(
                "devices counted readings that have not come; the broker or the network lost them,"
                " or brings them late",
                extra={
                    "missing": self._watch.lost,
                    "devices": len({gap.device for gap in gaps}),
                    "for_example": f"{source.site}/{source.kind.name}/{source.device}",
                },
            )

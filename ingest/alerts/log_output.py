"""Alerts in the log."""

import logging
from collections.abc import Sequence

from ingest.rules.alert import Alert, AlertState

logger = logging.getLogger(__name__)

MOST_LINES = 20  # of one batch: an outage fires hundreds at once, and the log is not the list


class LogOutput:
    """Implements `Output`: a line for each transition, and a count where they are very many."""

    complaint = ""

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:
        """Write them down."""
        for alert in transitions[:MOST_LINES]:
            fires = alert.state is AlertState.FIRING
            logger.log(
                logging.WARNING if fires else logging.INFO,
                "alert" if fires else "alert resolved",
                extra={
                    "rule": alert.rule,
                    "severity": alert.severity.value,
                    "site": alert.site,
                    "device": alert.device or "(site)",
                    "summary": alert.summary,
                },
            )
        if len(transitions) > MOST_LINES:
            more = len(transitions) - MOST_LINES
            logger.warning(
                "more alerts changed in the same moment",
                extra={"count": more, "firing": len(firing)},
            )

    async def run(self) -> None:
        """Nothing is left to do."""

    async def finish(self) -> None:
        """Return at once."""

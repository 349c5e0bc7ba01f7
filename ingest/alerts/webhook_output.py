"""Alerts to a webhook: a POST of JSON for what changed together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import orjson

from devices.patience import Patience
from ingest.alerts.forms import as_json
from ingest.alerts.http_call import NotTold, new_session, post_json
from ingest.alerts.queue import TransitionQueue
from ingest.rules.alert import Alert

logger = logging.getLogger(__name__)

MOST_WAITING = 10_000
MOST_TOGETHER = 100


class WebhookOutput:
    """Implements `Output`: `{"alerts": [...]}`, in order, each until it was taken.

    Args:
        url: Where to.
        sleep: Waits.
        patience: Between attempts.
    """

    def __init__(
        self,
        url: str,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: Patience | None = None,
    ) -> None:
        self.complaint = ""
        self._url = url
        self._sleep = sleep
        self._patience = patience or Patience()
        self._queue = TransitionQueue(MOST_WAITING)

    def tell(self, transitions: Sequence[Alert], firing: Sequence[Alert]) -> None:  # noqa: ARG002
        """Keep them for `run`; the oldest go first when there are too many."""
        dropped = self._queue.dropped
        self._queue.put(transitions)
        if self._queue.dropped > dropped:
            count = self._queue.dropped - dropped
            logger.warning("alerts were not told to the webhook", extra={"count": count})

    async def run(self) -> None:
        """Post what waits until cancelled."""
        async with new_session() as session:
            while True:
                some = await self._queue.first(MOST_TOGETHER)
                body = orjson.dumps({"alerts": [as_json(alert) for alert in some]})
                try:
                    await post_json(session, self._url, body)
                except NotTold as problem:
                    self.complaint = f"alerts wait for the webhook: {problem}"
                    if not problem.hopeless:
                        await self._sleep(self._patience.next_s())
                        continue
                    logger.warning("the webhook refused alerts", extra={"reason": str(problem)})
                else:
                    self.complaint = ""
                self._patience.reset()
                self._queue.remove(some)

    async def finish(self) -> None:
        """Return when nothing waits."""
        await self._queue.emptied()

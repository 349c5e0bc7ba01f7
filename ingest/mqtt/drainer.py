"""Takes from a session what the broker still has queued for it, and then ends the session."""

import logging
from collections.abc import Awaitable, Callable

import mqtt5

from ingest.errors import BrokerError
from ingest.mqtt.link import Link
from ingest.mqtt.subscriber import Subscriber
from ingest.mqtt.subscriptions import ANSWER_S

logger = logging.getLogger(__name__)

UNSUBSCRIBE_ID = 1
QUIET_ROUNDS = 2  # one could be the answer to a sign of life that was asked for before
RETRY_S = 0.5


class Drainer(Subscriber):
    """A subscriber that wants nothing new: on every connection it takes its filters back."""

    async def _subscribe(self, link: Link) -> None:
        unsubscribe = mqtt5.UnsubscribePacket(UNSUBSCRIBE_ID, list(self._settings.topics))
        await link.ask(unsubscribe, mqtt5.UnsubAckPacket, ANSWER_S)
        logger.info(
            "taking what is queued for %s at %s", self._settings.client_id, self._vitals.broker
        )

    async def emptied(self, settled: Callable[[], Awaitable[None]]) -> None:
        """Return when the broker has nothing left for this session, however often the link breaks.

        A broker answers in order: when all that came is acknowledged and it answers a ping
        without having sent more, there is no more.

        Args:
            settled: Returns when everything that was taken is acknowledged.
        """
        quiet = 0
        while quiet < QUIET_ROUNDS:
            received = self._vitals.ledger.messages.received
            await settled()
            answered = await self._ping()
            come = self._vitals.ledger.messages.received - received
            quiet = quiet + 1 if answered and not come else 0
            if not answered:
                await self._sleep(RETRY_S)

    async def _ping(self) -> bool:
        if self._link is None or self._link.lost.done():
            return False
        try:
            await self._link.ask(mqtt5.PingReqPacket(), mqtt5.PingRespPacket, ANSWER_S)
        except BrokerError:
            return False
        return True

    async def end_session(self) -> None:
        """Say goodbye for good; the broker forgets the session."""
        if self._link:
            await self._link.close(session_expiry_s=0)

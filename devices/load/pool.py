"""Opens the connections of a load, not too many at once, and opens those that break again."""

import asyncio
import random
from collections.abc import Callable, Sequence

from devices.errors import BrokerInvalid
from devices.gateways.broker import WORDS, BrokerAddress
from devices.load.connection import Connection
from devices.mqtt.trouble import explain_failure
from devices.patience import Patience

ANSWER_S = 10.0
FIRST_BACKOFF_S = 0.2
LONGEST_BACKOFF_S = 5.0
GOODBYE_S = 2.0


class Gate:
    """Lets so many through in a second, evenly.

    Args:
        per_s: How many.
        now_s: Monotonic clock.
    """

    def __init__(self, per_s: float, now_s: Callable[[], float]) -> None:
        self._interval_s = 1 / per_s
        self._now_s = now_s
        self._next_s = 0.0

    async def passed(self) -> None:
        """Wait for one's turn."""
        now_s = self._now_s()
        turn_s = max(now_s, self._next_s)
        self._next_s = turn_s + self._interval_s
        await asyncio.sleep(turn_s - now_s)


class Pool:
    """Connections to one broker.

    Args:
        connections: All of them.
        address: Where the broker is.
        gate: Limits how many are opened in a second.
        jitter: Spreads the attempts of those that broke together.
    """

    def __init__(
        self,
        connections: Sequence[Connection],
        address: BrokerAddress,
        gate: Gate,
        jitter: random.Random,
    ) -> None:
        self._connections = connections
        self._address = address
        self._gate = gate
        self._jitter = jitter

    @property
    def online(self) -> int:
        """Connections that the broker has accepted and that are up."""
        return sum(connection.online.is_set() for connection in self._connections)

    async def open(self) -> None:
        """Open all connections for the first time, or none.

        Raises:
            BrokerInvalid: One of them could not be opened; the message says why.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                for connection in self._connections:
                    tasks.create_task(self._open_first(connection), name="load.open")
        except BaseException:
            for connection in self._connections:
                connection.cut()
            raise

    async def keep_open(self) -> None:
        """Open connections that break again, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for connection in self._connections:
                tasks.create_task(self._reopen(connection), name="load.reopen")

    async def close(self) -> None:
        """Say goodbye on every connection, and wait a moment for the last bytes to go out."""
        for connection in self._connections:
            connection.say_goodbye()
        losses = [asyncio.create_task(c.lost.wait()) for c in self._connections]
        _, late = await asyncio.wait(losses, timeout=GOODBYE_S)
        for task in late:
            task.cancel()
        for connection in self._connections:
            connection.cut()

    async def _open_first(self, connection: Connection) -> None:
        try:
            if not await self._opened(connection):
                raise self._no_connection(connection.trouble, connection.refusal)
        except OSError as error:
            raise self._no_connection(error) from error

    def _no_connection(self, trouble: BaseException | str, refusal: str = "") -> BrokerInvalid:
        tls = self._address.tls is not None
        reason = refusal or explain_failure(trouble, WORDS, tls=tls)
        return BrokerInvalid(f"no connection to {self._address}: {reason}")

    async def _opened(self, connection: Connection) -> bool:
        """Connect, and return whether the broker accepted that."""
        await self._gate.passed()
        connection.refusal = connection.trouble = ""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(ANSWER_S):
                await loop.create_connection(
                    lambda: connection,
                    self._address.host,
                    self._address.port,
                    ssl=self._address.tls,
                )
                await _first(connection.online, connection.lost)
        except TimeoutError:
            connection.cut()
        return connection.online.is_set()

    async def _reopen(self, connection: Connection) -> None:
        patience = Patience(first_s=FIRST_BACKOFF_S, most_s=LONGEST_BACKOFF_S, rng=self._jitter)
        while True:
            await connection.lost.wait()
            await asyncio.sleep(patience.next_s())
            try:
                opened = await self._opened(connection)
            except OSError:  # counted by nobody: the figures show how many are offline
                opened = False
            if opened:
                patience.reset()
                connection.pump()


async def _first(*events: asyncio.Event) -> None:
    """Return when one of the events is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()

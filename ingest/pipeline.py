"""From a batch of publishes to its acknowledgement: decode, make durable, acknowledge, book.

Decoding one batch overlaps with the disk work of the one before; nothing is acknowledged before
every reading of it is committed or a dead letter, both on disk.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ingest.core.decode import Decoded, Message
from ingest.core.frame import Frame
from ingest.core.rejection import DeadLetter
from ingest.core.sources import SourceRegistry
from ingest.crowding import Crowding
from ingest.errors import SpoolFull
from ingest.mqtt.inbox import Batch, Inbox
from ingest.stores.base import ReadingSink
from ingest.vitals import Vitals

logger = logging.getLogger(__name__)

FULL_RETRY_S = 1.0


class BatchDecoder(Protocol):
    """Takes batches apart, see `Decoder`."""

    registry: SourceRegistry

    def decode(self, messages: Sequence[Message], now_ms: int) -> Decoded:
        """Decode a batch, or its beginning."""


class DeadLetterBox(Protocol):
    """Keeps what was rejected."""

    @property
    def size_bytes(self) -> int:
        """Size of all that it keeps."""

    def append(self, letters: list[DeadLetter]) -> None:
        """Write letters so that they survive any crash; blocks.

        Raises:
            SpoolFull: There is no room; nothing was written.
        """


class Pipeline:
    """Takes batches out of the inbox for as long as it runs.

    Args:
        inbox: Where batches come from.
        decoder: Validates them.
        store: Makes good readings durable.
        dead_letters: Makes bad ones durable.
        vitals: Filled on the way.
        now_ms: Wall clock, Unix milliseconds.
        sleep: Waits.
        on_frames: Gets every batch of good readings once they are durable; must be quick.
    """

    def __init__(  # noqa: PLR0913 - the parts it joins
        self,
        inbox: Inbox,
        decoder: BatchDecoder,
        store: ReadingSink,
        dead_letters: DeadLetterBox,
        vitals: Vitals,
        *,
        now_ms: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        on_frames: Callable[[Sequence[Frame]], None] | None = None,
    ) -> None:
        self._inbox = inbox
        self._decoder = decoder
        self._store = store
        self._dead_letters = dead_letters
        self._vitals = vitals
        self._crowding = Crowding(decoder.registry, vitals)
        self._now_ms = now_ms
        self._sleep = sleep
        self._on_frames = on_frames
        self._decoded: asyncio.Queue[tuple[Batch, Decoded]] = asyncio.Queue(maxsize=1)
        self._held: deque[Batch] = deque()
        self._weighed: deque[int] = deque()  # readings of each batch decoded and not settled
        self._settled = asyncio.Event()

    async def run(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._decode(), name="ingest.decode")
            tasks.create_task(self._commit(), name="ingest.commit")

    async def drained(self) -> None:
        """Return when everything taken from the broker has been acknowledged."""
        while self._held or self._inbox.size:
            self._settled.clear()
            await self._settled.wait()

    async def _decode(self) -> None:
        readings = self._vitals.ledger.readings
        while True:
            batch = await self._inbox.batch()
            decoded = self._decoder.decode(batch.messages, self._now_ms())
            if decoded.messages < len(batch.messages):
                batch, rest = batch.split(decoded.messages)
                self._inbox.give_back(rest)
            self._held.append(batch)
            self._watch_age()
            readings.received += decoded.elements
            readings.in_flight += decoded.elements
            self._weighed.append(decoded.elements)
            await self._decoded.put((batch, decoded))

    async def _commit(self) -> None:
        while True:
            batch, decoded = await self._decoded.get()
            await self._make_durable(decoded)
            batch.acknowledge()
            self._book(decoded)

    async def _make_durable(self, decoded: Decoded) -> None:
        if decoded.dead_letters:
            letters = decoded.dead_letters
            await self._with_room(lambda: asyncio.to_thread(self._dead_letters.append, letters))
        if decoded.frames:
            await self._with_room(lambda: self._store.commit(decoded.frames))

    async def _with_room(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write as soon as there is room; until then nothing is acknowledged and nothing lost."""
        waiting = False
        while True:
            try:
                await write()
            except SpoolFull as error:
                complaint = f"{error}; nothing is acknowledged until there is room"
                if not waiting:
                    logger.error("%s", complaint)  # noqa: TRY400 - expected
                waiting = True
                self._vitals.disk_complaint = complaint
                await self._sleep(FULL_RETRY_S)
            else:
                break
        if waiting:
            self._vitals.disk_complaint = ""
            logger.info("there is room again")

    def _book(self, decoded: Decoded) -> None:
        ledger, vitals = self._vitals.ledger, self._vitals
        ledger.messages.committed += decoded.messages_committed
        ledger.messages.rejected += decoded.messages_rejected
        ledger.messages.skipped += decoded.skipped
        ledger.messages.left += decoded.left
        ledger.readings.committed += decoded.readings
        ledger.readings.rejected.update(letter.reason for letter in decoded.dead_letters)
        ledger.readings.skipped += decoded.skipped
        ledger.unknown_fields += decoded.unknown_fields
        for frame in decoded.frames:
            ledger.committed_by_kind[frame.kind.name] += len(frame)
        self._held.popleft()
        self._weighed.popleft()
        self._take_stock()
        vitals.dead_letter_bytes = self._dead_letters.size_bytes
        self._crowding.take(decoded)
        vitals.last_commit_at = asyncio.get_running_loop().time()
        if decoded.frames:
            mean_ms = sum(float(f.ts_ms.sum()) for f in decoded.frames) / decoded.readings
            vitals.lag_s = (self._now_ms() - mean_ms) / 1000
            if self._on_frames:
                self._on_frames(decoded.frames)
        self._settled.set()

    def _take_stock(self) -> None:
        """Count what is in flight where it is held, so that the books can be found wrong."""
        ledger = self._vitals.ledger
        held = sum(len(batch.messages) for batch in self._held)
        ledger.messages.in_flight = self._inbox.size + held
        ledger.readings.in_flight = sum(self._weighed)
        self._watch_age()

    def _watch_age(self) -> None:
        oldest_at = self._held[0].arrived_at if self._held else self._inbox.oldest_at
        self._vitals.oldest_uncommitted_at = oldest_at

"""The spans that a crash would leave wrong, known on disk before readings in them are."""

import asyncio
import logging
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from heapq import nlargest

from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.touched import Place, Touched
from ingest.core.frame import Frame
from ingest.disk import NO_ROOM
from ingest.errors import SpoolFull
from ingest.rollups.span import MOST_SPANS, Span
from ingest.stores.base import ReadingSink

log = logging.getLogger(__name__)


class Unsettled:
    """A set of spans and its file, which always holds at least what is needed after a crash.

    A span enters before the first reading in it is durable, on disk first and then here; it
    leaves when its rollups are durable, here first and then on disk. Beyond `MOST_SPANS` only the
    newest enter: what is missing would not be repaired after a crash.

    Attributes:
        spans: All of them; to be looked at only.
    """

    def __init__(self, file: SpanFile, span_ms: int) -> None:
        self.spans: frozenset[Span] = frozenset()
        self._on_disk: frozenset[Span] = frozenset()
        self._file = file
        self._touched = Touched(span_ms)
        self._at_hand: set[Place] = set()  # of readings that may be durable and are not taken yet
        self._saving = asyncio.Lock()

    async def load(self) -> frozenset[Span]:
        """Return what an earlier run left behind, which stays in the set until it is settled.

        Raises:
            ConfigError: The file cannot be read.
        """
        self.spans = self._on_disk = await asyncio.to_thread(self._file.load)
        return self.spans

    async def announce(self, frames: Sequence[Frame]) -> None:
        """Have the spans of readings on disk, before the readings are committed.

        Raises:
            SpoolFull: The disk has no room; the readings must wait.
        """
        self._at_hand, unheard = self._touched.look(frames)
        if unheard <= self.spans:
            return
        try:
            await self._add(unheard)
        except OSError as error:
            for place in self._at_hand:
                self._touched.forget(place)
            if error.errno not in NO_ROOM:
                raise
            raise SpoolFull(f"{error.filename}: {error.strerror}") from error

    def taken(self) -> None:
        """Note that the readings announced last were taken into the windows."""
        self._at_hand = set()

    async def settle(self, unfinished: AbstractSet[Span]) -> None:
        """Let go of every span that is not unfinished and has no reading at hand."""
        at_hand = {span for span in self.spans if (span.kind, span.start_ms) in self._at_hand}
        done = self.spans - unfinished - at_hand
        for span in done:
            self._touched.forget((span.kind, span.start_ms))
        self.spans -= done
        if self._on_disk == self.spans and unfinished <= self.spans:
            return
        try:
            await self._add(unfinished)
        except OSError as error:
            log.warning("the list of open rollups could not be kept, will try again: %s", error)

    async def _add(self, spans: AbstractSet[Span]) -> None:
        async with self._saving:
            entering = (spans & self.spans) | self._newest(spans - self.spans)
            wanted = self.spans | entering
            if wanted != self._on_disk:
                await asyncio.to_thread(self._file.save, wanted)
            self._on_disk = wanted
            self.spans |= entering

    def _newest(self, spans: AbstractSet[Span]) -> AbstractSet[Span]:
        room = max(MOST_SPANS - len(self.spans), 0)
        if len(spans) <= room:
            return spans
        return set(nlargest(room, spans, key=lambda span: span.start_ms))


class Announced(ReadingSink):
    """A store in front of which readings are announced.

    Args:
        store: Where readings go.
        unsettled: Where their spans are announced.
    """

    def __init__(self, store: ReadingSink, unsettled: Unsettled) -> None:
        self._store = store
        self._unsettled = unsettled

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Announce the spans of readings, then make the readings durable.

        Raises:
            SpoolFull: Nothing of these frames was committed; try again when there is room.
        """
        await self._unsettled.announce(frames)
        await self._store.commit(frames)

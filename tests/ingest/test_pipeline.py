import asyncio
import errno
from collections.abc import Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Self

import mqtt5
import pytest

from ingest.core.decode import MOST_ELEMENTS
from ingest.core.frame import Frame
from ingest.core.rejection import DeadLetter
from ingest.errors import SpoolFull
from ingest.mqtt.inbox import Inbox
from ingest.mqtt.link import Link
from ingest.pipeline import Pipeline
from ingest.settings import BatchSettings
from ingest.stores.base import StoreState
from ingest.vitals import Vitals
from tests.eventually import eventually
from tests.ingest.core.examples import NOW_MS, TOPIC, make_decoder
from tests.ingest.mqtt.transport import RecordingTransport

GOOD = b'{"ts":1759999990000,"pressure_bar":1}'
BAD = b'{"pressure_bar":"1"}'


class Transport(RecordingTransport):
    """Notes the packet ids that are acknowledged."""

    def __init__(self, journal: list[str]) -> None:
        super().__init__()
        self._journal = journal
        self.acknowledged: list[int] = []

    def write(self, data: bytes | bytearray | memoryview) -> None:
        data = bytes(data)
        self.acknowledged += [
            int.from_bytes(data[at + 2 : at + 4]) for at in range(0, len(data), 4)
        ]
        self._journal.append("acknowledge")


class GatedStore:
    """Commits while its gate is open; raises what it is told to first."""

    def __init__(self, journal: list[str]) -> None:
        self._journal = journal
        self.gate = asyncio.Event()
        self.gate.set()
        self.errors: list[Exception] = []
        self.attempts = 0
        self.readings = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def commit(self, frames: Sequence[Frame]) -> None:
        self.attempts += 1
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.readings += sum(map(len, frames))
        self._journal.append("commit")

    def state(self) -> StoreState:
        return StoreState(stored=self.readings, refused=0, waiting=0)

    async def drain(self) -> None: ...


class LetterBox:
    """Keeps dead letters in memory; raises what it is told to first."""

    def __init__(self, journal: list[str]) -> None:
        self._journal = journal
        self.errors: list[Exception] = []
        self.letters: list[DeadLetter] = []

    @property
    def size_bytes(self) -> int:
        return 100 * len(self.letters)

    def append(self, letters: list[DeadLetter]) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.letters += letters
        self._journal.append("dead letters")


class Bench:
    """A pipeline, with everything around it at hand."""

    def __init__(self, batch: BatchSettings, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.journal: list[str] = []
        self.vitals = Vitals(started_at=0, broker="b:1883")
        self.ledger = self.vitals.ledger
        self.inbox = Inbox(batch)
        self.link, self.transport = Link(self.inbox.put), Transport(self.journal)
        self.link.connection_made(self.transport)
        self.store, self.letters = GatedStore(self.journal), LetterBox(self.journal)
        self.watched: list[Frame] = []
        self.pipeline = Pipeline(
            self.inbox,
            make_decoder(),
            self.store,
            self.letters,
            self.vitals,
            now_ms=lambda: NOW_MS,
            sleep=sleep,
            on_frames=self.watched.extend,
        )
        self._packet_ids = count(1)

    def arrive(self, *payloads: bytes, topic: str = TOPIC, retain: bool = False) -> None:
        """Put publishes into the inbox, booked as the subscriber does it."""
        publishes = [
            mqtt5.PublishPacket(
                topic,
                payload,
                qos=mqtt5.QoS.AT_LEAST_ONCE,
                retain=retain,
                packet_id=next(self._packet_ids),
            )
            for payload in payloads
        ]
        self.ledger.messages.received += len(publishes)
        self.ledger.messages.in_flight += len(publishes)
        self.inbox.put(self.link, publishes, sum(map(len, payloads)))


async def soon(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def running(batch: BatchSettings | None = None, sleep=soon):
    bench = Bench(batch or BatchSettings(pause_s=0.001), sleep)
    task = asyncio.create_task(bench.pipeline.run())
    try:
        yield bench
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_every_message_is_acknowledged_once_and_in_order_when_it_is_committed():
    async with running(BatchSettings(max_messages=2, pause_s=0.001)) as bench:
        bench.arrive(GOOD, GOOD, BAD, GOOD, GOOD)
        await bench.pipeline.drained()
        assert bench.transport.acknowledged == [1, 2, 3, 4, 5]
        assert bench.store.readings == 4


async def test_nothing_is_acknowledged_before_its_commit():
    async with running() as bench:
        bench.store.gate.clear()
        bench.arrive(GOOD)
        await eventually(lambda: bench.store.attempts)
        assert bench.transport.acknowledged == []
        bench.store.gate.set()
        await bench.pipeline.drained()
        assert bench.transport.acknowledged == [1]


async def test_dead_letters_and_readings_are_durable_before_their_message_is_acknowledged():
    async with running() as bench:
        bench.arrive(BAD, GOOD)
        await bench.pipeline.drained()
        assert bench.journal == ["dead letters", "commit", "acknowledge"]


async def test_who_watches_gets_the_good_readings_once_they_are_durable():
    async with running() as bench:
        bench.store.gate.clear()
        bench.arrive(GOOD, BAD, GOOD)
        await eventually(lambda: bench.store.attempts)
        assert bench.watched == []
        bench.store.gate.set()
        await bench.pipeline.drained()
        assert sum(map(len, bench.watched)) == 2


async def test_a_failed_commit_ends_the_pipeline_and_acknowledges_nothing():
    bench = Bench(BatchSettings(pause_s=0.001), soon)
    bench.store.errors.append(OSError(errno.EIO, "Input/output error"))
    bench.arrive(GOOD, BAD)
    with pytest.raises(ExceptionGroup) as failed:
        await bench.pipeline.run()
    assert failed.group_contains(OSError, match="Input/output error")
    assert bench.transport.acknowledged == []


async def test_a_full_spool_is_waited_for_without_acknowledging_and_said_once(
    caplog: pytest.LogCaptureFixture,
):
    waits: list[float] = []
    seen: list[str] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        seen.append(bench.vitals.disk_complaint)

    async with running(sleep=sleep) as bench:
        bench.store.errors += [SpoolFull("data/spool: full")] * 3
        with caplog.at_level("INFO", "ingest"):
            bench.arrive(GOOD, BAD)
            await bench.pipeline.drained()
        assert bench.store.attempts == 4
        assert len(waits) == 3
        assert seen == ["data/spool: full; nothing is acknowledged until there is room"] * 3
        assert bench.vitals.disk_complaint == ""
        assert bench.journal == ["dead letters", "commit", "acknowledge"]
        assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
        assert bench.ledger.balanced


async def test_no_room_for_dead_letters_holds_the_acknowledgement_too():
    async with running() as bench:
        bench.letters.errors.append(SpoolFull("data/deadletters: No space left on device"))
        bench.arrive(BAD, GOOD)
        await bench.pipeline.drained()
        assert bench.journal == ["dead letters", "commit", "acknowledge"]
        assert len(bench.letters.letters) == 1


async def test_the_next_batch_is_decoded_while_one_is_committed_and_no_more_are_taken():
    async with running(BatchSettings(max_messages=1, pause_s=0.001)) as bench:
        bench.store.gate.clear()
        bench.arrive(*[GOOD] * 6)
        await eventually(lambda: bench.inbox.size == 3)
        await asyncio.sleep(0.02)  # time in which it could take too many
        assert bench.inbox.size == 3  # one in the store, one waiting for it, one for that one
        assert bench.ledger.messages.in_flight == 6
        assert bench.ledger.readings.in_flight == 3
        assert bench.ledger.balanced
        bench.store.gate.set()
        await bench.pipeline.drained()
        assert bench.ledger.messages.in_flight == bench.ledger.readings.in_flight == 0


async def test_drained_waits_for_what_is_held_and_for_what_was_not_yet_taken_along():
    async with running(BatchSettings(max_messages=1, pause_s=0.001)) as bench:
        bench.store.gate.clear()
        bench.arrive(GOOD, GOOD, GOOD)
        drained = asyncio.create_task(bench.pipeline.drained())
        await eventually(lambda: bench.store.attempts)
        assert not drained.done()
        bench.store.gate.set()
        await drained
        assert bench.transport.acknowledged == [1, 2, 3]


async def test_nothing_to_drain_is_drained_at_once():
    async with running() as bench:
        await bench.pipeline.drained()


async def test_the_books_say_what_became_of_everything():
    async with running() as bench:
        bench.arrive(GOOD, BAD, b"[" + GOOD + b"," + BAD + b"]", b'{"pressure_bar":1,"new":2}')
        bench.arrive(b"whatever", topic="telemetry/plant/kettle/k-1")
        bench.arrive(GOOD, GOOD, retain=True)
        await bench.pipeline.drained()
        messages, readings = bench.ledger.messages, bench.ledger.readings
        assert (messages.received, messages.committed, messages.skipped) == (7, 3, 2)
        assert messages.rejected == {"schema": 1, "kind": 1}
        assert (readings.received, readings.committed, readings.skipped) == (8, 3, 2)
        assert readings.rejected == {"schema": 2, "kind": 1}
        assert bench.ledger.committed_by_kind == {"boiler": 3}
        assert bench.ledger.unknown_fields == {"boiler": 1}
        assert bench.ledger.balanced


async def test_vitals_say_how_fresh_the_data_is_and_what_waits():
    async with running() as bench:
        bench.store.gate.clear()
        bench.arrive(GOOD, BAD)
        await eventually(lambda: bench.store.attempts)
        assert bench.vitals.oldest_uncommitted_at is not None
        bench.store.gate.set()
        await bench.pipeline.drained()
        assert bench.vitals.oldest_uncommitted_at is None
        assert bench.vitals.last_commit_at is not None
        assert bench.vitals.lag_s == 10.0
        assert bench.vitals.devices == 1
        assert bench.vitals.dead_letter_bytes == 100


async def test_a_reading_booked_twice_unbalances_the_books():
    async with running() as bench:
        bench.arrive(GOOD)
        await bench.pipeline.drained()
        assert bench.ledger.balanced
        bench.ledger.readings.committed += 1
        assert not bench.ledger.balanced
        assert bench.ledger.readings.balance == -1


async def test_a_message_that_gets_lost_on_the_way_unbalances_the_books():
    async with running() as bench:
        bench.arrive(GOOD, GOOD)
        bench.inbox._take()
        bench.arrive(GOOD)
        await bench.pipeline.drained()
        assert bench.ledger.messages.balance == 2


async def test_arrays_too_many_to_decode_at_once_are_taken_in_parts():
    array = b"[" + b",".join([GOOD] * 999 + [BAD]) + b"]"
    async with running() as bench:
        bench.store.gate.clear()
        bench.arrive(*[array] * 50, GOOD)
        await eventually(lambda: bench.store.attempts)
        assert bench.ledger.messages.in_flight == 51
        bench.store.gate.set()
        await bench.pipeline.drained()
        parts = 50 * 1_000 // MOST_ELEMENTS
        assert bench.journal == [
            *["dead letters", "commit", "acknowledge"] * parts,
            *["commit", "acknowledge"],  # what follows the arrays
        ]
        assert bench.transport.acknowledged == list(range(1, 52))
        assert bench.store.readings == 50 * 999 + 1
        assert len(bench.letters.letters) == 50
        assert bench.ledger.balanced


async def test_what_came_over_a_lost_connection_is_committed_and_not_acknowledged():
    async with running() as bench:
        bench.store.gate.clear()
        bench.arrive(GOOD)
        await eventually(lambda: bench.store.attempts)
        bench.link.connection_lost(None)
        bench.store.gate.set()
        await bench.pipeline.drained()
        assert bench.store.readings == 1
        assert bench.transport.acknowledged == []
        assert bench.ledger.balanced

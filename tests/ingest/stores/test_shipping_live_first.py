"""After an outage what has just come is stored first, and the backlog beside it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import StoreBusy
from ingest.settings_stores import InfluxdbSettings
from ingest.spool.spool import Spool
from ingest.stores.feed import MOST_LIVE_IN_A_ROW
from ingest.stores.shipper import Shipper
from tests.eventually import eventually
from tests.ingest.spool.spools import lines, open_spool
from tests.ingest.stores.clocks import FakeTime
from tests.ingest.stores.stores import Refusals

LINES = 10  # of a record, and of a call
MEMORY_BYTES = 1_200  # two records


class Database:
    """Answers a call when it is let.

    Args:
        hangs_before: Calls that begin with an earlier line hang until `awake` is set.

    Attributes:
        stored: Numbers of all lines, in the order in which they were stored.
        calls: The first line's number of each call, as calls came in.
    """

    def __init__(self, hangs_before: int = 0) -> None:
        self.awake = asyncio.Event()
        self._hangs_before = hangs_before
        self.stored: list[int] = []
        self.calls: list[int] = []
        self.on_call: Callable[[], None] = lambda: None
        self._let = asyncio.Semaphore(0)

    def answer(self, calls: int) -> None:
        """Let so many calls through."""
        for _ in range(calls):
            self._let.release()

    async def write(self, body: bytes) -> None:
        numbers = [int(line.rpartition(b" ")[2]) for line in body.splitlines()]
        self.calls.append(numbers[0])
        self.on_call()
        if numbers[0] < self._hangs_before:
            await self.awake.wait()
        await self._let.acquire()
        self.stored += numbers


@asynccontextmanager
async def shipping(spool: Spool, database: Database, in_flight: int) -> AsyncIterator[Shipper]:
    settings = InfluxdbSettings(batch_lines=LINES, in_flight=in_flight)
    shipper = Shipper(spool, database, settings, Refusals(), live_first=True)
    async with asyncio.TaskGroup() as tasks:
        shipper.start(tasks)
        try:
            yield shipper
        finally:
            await shipper.stop()


def append(spool: Spool, first: int, end: int) -> None:
    for number in range(first, end, LINES):
        spool.append(lines(number, LINES), LINES)


def backlogged(folder: Path) -> Spool:
    """Return a spool with a thousand lines, of which only the last are in memory."""
    spool = open_spool(folder, memory_bytes=MEMORY_BYTES, live_first=True)
    append(spool, 0, 1_000)
    return spool


@pytest.mark.parametrize("in_flight", [1, 4])
async def test_when_the_database_is_back_the_newest_lines_are_in_the_next_call(
    tmp_path: Path, in_flight: int
):
    database = Database()
    with backlogged(tmp_path) as spool:
        async with shipping(spool, database, in_flight) as shipper:
            await eventually(lambda: len(database.calls) == in_flight)
            append(spool, 1_000, 2_000)
            shipper.notify()
            database.answer(in_flight + 1)
            await eventually(lambda: len(database.stored) == LINES * (in_flight + 1))
            database.answer(1_000)
            await shipper.drain()
        newest_call = next(place for place, n in enumerate(database.calls) if n >= 1_900)
        assert newest_call <= in_flight + 1
        assert sorted(database.stored) == list(range(2_000))
        assert shipper.progress.stored == 2_000
        assert 1_500 < shipper.progress.stored_late < 2_000


async def test_while_calls_of_the_backlog_hang_live_lines_are_stored(tmp_path: Path):
    database = Database(hangs_before=900)
    database.answer(1_000)
    with backlogged(tmp_path) as spool:
        async with shipping(spool, database, in_flight=3) as shipper:
            await eventually(lambda: len(database.calls) >= 3)
            for first in range(1_000, 1_500, LINES):
                append(spool, first, first + LINES)
                shipper.notify()
                await eventually(lambda first=first: first in database.stored)  # type: ignore[misc]
            assert min(database.stored) >= 900
            assert spool.waiting + len(database.stored) == 1_500
            assert spool.shipped_point == 0
            database.awake.set()
            await shipper.drain()
    assert sorted(database.stored) == list(range(1_500))


async def test_live_lines_without_end_do_not_stop_the_backlog(tmp_path: Path):
    database = Database()
    database.answer(10_000)
    with backlogged(tmp_path) as spool:
        database.on_call = lambda: append(spool, spool.next_point, spool.next_point + LINES)
        async with shipping(spool, database, in_flight=1):
            await eventually(lambda: set(range(900)) <= set(database.stored))
    turns = [n < 980 for n in database.calls[: database.calls.index(890)]]
    gaps = "".join("b" if backlog else "l" for backlog in turns).split("b")
    assert max(map(len, gaps)) == MOST_LIVE_IN_A_ROW


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), in_flight=st.integers(1, 5))
def test_whatever_the_database_does_every_line_is_stored_and_the_books_add_up(
    tmp_path_factory: pytest.TempPathFactory, seed: int, in_flight: int
):
    rng = random.Random(seed)  # noqa: S311 - repeatable
    time = FakeTime()
    stored: set[int] = set()

    class Moody:
        async def write(self, body: bytes) -> None:
            for _ in range(rng.choice((0, 0, 1, 5))):
                await asyncio.sleep(0)
            if rng.random() < 0.3:
                raise StoreBusy("busy")
            stored.update(int(line.rpartition(b" ")[2]) for line in body.splitlines())

    async def run(spool: Spool) -> None:
        shipper = Shipper(
            spool,
            Moody(),
            InfluxdbSettings(batch_lines=LINES, in_flight=in_flight),
            Refusals(),
            live_first=True,
            sleep=time.sleep,
            clock=time.clock,
            rng=rng,
        )
        inherited = spool.waiting
        begun_at = spool.next_point
        async with asyncio.TaskGroup() as tasks:
            shipper.start(tasks)
            for _ in range(rng.randrange(20)):
                append(spool, spool.next_point, spool.next_point + LINES * rng.randrange(12))
                shipper.notify()
                for _ in range(rng.randrange(30)):
                    await asyncio.sleep(0)
                appended = spool.next_point - begun_at
                assert shipper.progress.stored + spool.waiting == inherited + appended
                assert set(range(spool.shipped_point)) <= stored
            if rng.random() < 0.5:
                await shipper.drain()
                assert stored == set(range(spool.next_point))
            await shipper.stop()

    folder = tmp_path_factory.mktemp("spool")
    for _ in range(3):
        with open_spool(
            folder, memory_bytes=MEMORY_BYTES, segment_bytes=2_000, live_first=True, sync=False
        ) as spool:
            asyncio.run(run(spool))

"""What is done about each answer of a database."""

import asyncio
import random
from time import monotonic
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import StoreBusy, StoreDenied, StoreError, StoreRefused, StoreTooLarge
from ingest.stores.delivery import DENIED_WAIT_S, MOST_WAIT_S, Delivery, LineWriter
from ingest.stores.size_limit import MEMORY_S, SizeLimit
from ingest.stores.trouble import Trouble
from tests.eventually import eventually
from tests.ingest.spool.spools import lines
from tests.ingest.stores.clocks import FakeTime


class Database:
    """Keeps lines; refuses bad ones and bodies that are too large; fails as told."""

    def __init__(self, *, max_bytes: int = 10**9, says_how_many: bool = False) -> None:
        self.stored: set[bytes] = set()
        self.calls: list[int] = []
        self.failures: list[StoreError] = []
        self.max_bytes = max_bytes
        self.says_how_many = says_how_many

    async def write(self, body: bytes) -> None:
        self.calls.append(len(body))
        if self.failures:
            raise self.failures.pop(0)
        if len(body) > self.max_bytes:
            raise StoreTooLarge("too large")
        each = body.splitlines(keepends=True)
        bad = [line for line in each if line.startswith(b"bad")]
        if bad:
            raise StoreRefused("bad line", lines=len(bad) if self.says_how_many else None)
        self.stored.update(each)


class Sleeper(Protocol):
    """Something to sleep by."""

    async def sleep(self, seconds: float, /) -> None: ...


def delivery(
    database: LineWriter,
    time: Sleeper,
    *,
    max_bytes: int = 10_000,
    trouble: Trouble | None = None,
) -> Delivery:
    return Delivery(
        database,
        rest=time.sleep,
        trouble=trouble or Trouble(monotonic),
        limit=SizeLimit(max_bytes, time.clock if isinstance(time, FakeTime) else monotonic),
        rng=random.Random(7),  # noqa: S311 - repeatable
    )


async def deliver(database: LineWriter, body: bytes) -> list[bytes]:
    refused = await delivery(database, FakeTime()).deliver(body)
    return [each.line for each in refused]


@given(bad=st.sets(st.integers(0, 199), max_size=20), says_how_many=st.booleans())
async def test_exactly_the_bad_lines_are_refused(bad: set[int], says_how_many: bool):  # noqa: FBT001
    good = lines(0, 200).splitlines(keepends=True)
    body = [b"bad" + line if n in bad else line for n, line in enumerate(good)]
    database = Database(says_how_many=says_how_many)

    assert await deliver(database, b"".join(body)) == [body[n] for n in sorted(bad)]
    assert database.stored == {line for n, line in enumerate(good) if n not in bad}


async def test_one_bad_line_among_five_thousand_is_found_in_a_few_calls():
    body = lines(0, 2_500) + b"bad\n" + lines(2_500, 2_500)
    database = Database()

    assert await delivery(database, FakeTime(), max_bytes=10**9).deliver(body) == [
        (b"bad\n", "bad line")
    ]
    assert len(database.calls) < 30
    assert len(database.stored) == 5_000


async def test_lines_that_are_all_bad_are_not_searched_when_the_database_says_so():
    database = Database(says_how_many=True)
    assert len(await deliver(database, b"bad\n" * 1_000)) == 1_000
    assert len(database.calls) == 1


async def test_a_database_with_a_smaller_limit_gets_smaller_calls_from_then_on():
    time = FakeTime()
    database = Database(max_bytes=3_000)
    deliverer = delivery(database, time)
    await deliverer.deliver(lines(0, 400))
    database.calls.clear()
    await deliverer.deliver(lines(400, 400))
    assert max(database.calls) <= 3_000

    time.now_s += MEMORY_S
    database.calls.clear()
    await deliverer.deliver(lines(800, 400))
    assert max(database.calls) > 3_000
    assert database.stored == set(lines(0, 1_200).splitlines(keepends=True))


async def test_a_line_too_large_alone_is_refused_and_the_others_are_stored():
    huge = b"m x=" + b"9" * 5_000 + b" 1\n"
    database = Database(max_bytes=3_000)
    assert await deliver(database, lines(0, 10) + huge + lines(10, 10)) == [huge]
    assert len(database.stored) == 20


async def test_waits_as_long_as_the_database_asks_for():
    time = FakeTime()
    database = Database()
    database.failures = [StoreBusy("429", retry_after_s=17), StoreBusy("429", retry_after_s=9e9)]
    assert await delivery(database, time).deliver(lines(0, 1)) == []
    assert time.slept == [17, 300]


async def test_waits_grow_with_full_jitter_up_to_a_cap():
    time = FakeTime()
    database = Database()
    database.failures = [StoreBusy("down") for _ in range(200)]
    await delivery(database, time).deliver(lines(0, 1))

    assert 0 < time.slept[0] < 0.5
    assert max(time.slept[:4]) < 4
    assert MOST_WAIT_S * 0.9 < max(time.slept) <= MOST_WAIT_S
    assert min(time.slept[10:]) < MOST_WAIT_S * 0.1


async def test_a_denial_is_complained_about_loudly_but_not_at_every_try(
    caplog: pytest.LogCaptureFixture,
):
    time = FakeTime()
    trouble = Trouble(time.clock)
    said: list[str] = []

    class Denying(Database):
        async def write(self, body: bytes) -> None:
            said.append(trouble.complaint)
            await super().write(body)

    database = Denying()
    database.failures = [StoreDenied("the token is wrong") for _ in range(9)]
    await delivery(database, time, trouble=trouble).deliver(lines(0, 1))

    assert set(time.slept) == {DENIED_WAIT_S}
    assert said == ["", *["the token is wrong"] * 9]
    assert trouble.complaint == ""
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


@pytest.mark.parametrize(
    ("failure", "is_woken"),
    [
        (StoreBusy("away"), True),
        (StoreDenied("the token is wrong"), True),
        (StoreBusy("too many calls", retry_after_s=9.0), False),
    ],
)
async def test_when_one_call_gets_through_the_others_wait_no_longer_than_they_were_told(
    failure: StoreError,
    is_woken: bool,  # noqa: FBT001
):
    class Sleep:
        def __init__(self) -> None:
            self.over = asyncio.Event()

        async def sleep(self, _seconds: float) -> None:
            await self.over.wait()

    database, time = Database(), Sleep()
    database.failures = [failure]
    both = delivery(database, time)
    late = asyncio.create_task(both.deliver(lines(0, 1)))
    await eventually(lambda: database.calls)
    await both.deliver(lines(1, 1))
    for _ in range(10):
        await asyncio.sleep(0)
    assert late.done() is is_woken
    time.over.set()
    await late
    assert len(database.stored) == 2

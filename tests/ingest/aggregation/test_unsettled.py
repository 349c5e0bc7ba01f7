"""The file holds at every moment what a crash at that moment would leave wrong."""

import asyncio
import errno
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from ingest.aggregation import unsettled as unsettled_module
from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.unsettled import Announced, Unsettled
from ingest.core.frame import Frame
from ingest.errors import SpoolFull
from ingest.rollups.span import Span
from tests.ingest.stores.frames import LIFT, Fleet, Reading

SPAN_MS = 1_000
FIRST, SECOND, THIRD = (Span(LIFT.name, "ridge", start_ms) for start_ms in (0, 1_000, 2_000))


class CountingFile(SpanFile):
    """Counts how often it is saved; fails as told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "rollups.json", SPAN_MS)
        self.saves = 0
        self.errors: list[OSError] = []

    def save(self, spans: Iterable[Span]) -> None:
        self.saves += 1
        if self.errors:
            raise self.errors.pop()
        super().save(spans)


class LookingStore:
    """Looks at the file whenever it commits, and notes what is in it."""

    def __init__(self, file: SpanFile) -> None:
        self._file = file
        self.seen: list[frozenset[Span]] = []

    async def commit(self, frames: Sequence[Frame]) -> None:  # noqa: ARG002 - only the moment counts
        self.seen.append(self._file.load())


class Desk:
    def __init__(self, folder: Path) -> None:
        self.fleet = Fleet()
        self.file = CountingFile(folder)
        self.unsettled = Unsettled(self.file, SPAN_MS)
        self.store = LookingStore(self.file)
        self.sink = Announced(self.store, self.unsettled)

    async def commit(self, *stamps: int) -> None:
        readings = [Reading("l1", ts_ms, {"speed_mps": 1.0}) for ts_ms in stamps]
        await self.sink.commit([self.fleet.frame(LIFT, readings)])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_a_span_is_on_disk_before_the_first_reading_in_it_is_durable(desk: Desk):
    await desk.commit(10)
    await desk.commit(20, 1_010)
    assert desk.store.seen == [{FIRST}, {FIRST, SECOND}]


async def test_readings_in_known_spans_write_nothing(desk: Desk):
    for ts_ms in range(0, 900, 100):
        await desk.commit(ts_ms, ts_ms + 1)
    assert desk.file.saves == 1


async def test_what_is_settled_leaves_the_file_and_comes_again_with_a_late_reading(desk: Desk):
    await desk.commit(10, 1_010)
    desk.unsettled.taken()
    await desk.unsettled.settle({SECOND})
    assert desk.file.load() == {SECOND}
    await desk.commit(20)
    assert desk.store.seen[-1] == {FIRST, SECOND}


async def test_a_reading_that_is_not_taken_yet_keeps_its_span(desk: Desk):
    await desk.commit(10)
    desk.unsettled.taken()
    await desk.commit(20)
    await desk.unsettled.settle(frozenset())
    assert desk.file.load() == {FIRST}
    desk.unsettled.taken()
    await desk.unsettled.settle(frozenset())
    assert desk.file.load() == frozenset()


async def test_a_span_that_became_wrong_without_a_reading_in_it_is_kept(desk: Desk):
    await desk.unsettled.settle({THIRD})
    assert desk.file.load() == desk.unsettled.spans == {THIRD}
    await desk.unsettled.settle({THIRD})
    assert desk.file.saves == 1


async def test_a_span_let_go_of_at_the_moment_of_a_new_reading_is_in_the_file(desk: Desk):
    await desk.commit(10)
    desk.unsettled.taken()
    for _ in range(20):
        await asyncio.gather(desk.unsettled.settle(frozenset()), desk.commit(20))
        assert FIRST in desk.store.seen[-1]
        desk.unsettled.taken()


async def test_a_disk_without_room_holds_the_readings_back(desk: Desk):
    desk.file.errors = [OSError(errno.ENOSPC, "No space left on device", "rollups.json.new")]
    with pytest.raises(SpoolFull, match=r"rollups\.json\.new: No space left"):
        await desk.commit(10)
    assert desk.store.seen == []
    await desk.commit(10)
    assert desk.store.seen == [{FIRST}]


async def test_a_disk_that_fails_is_no_matter_of_room(desk: Desk):
    desk.file.errors = [OSError(errno.EIO, "Input/output error", "rollups.json.new")]
    with pytest.raises(OSError, match="Input/output error"):
        await desk.commit(10)


async def test_a_file_that_could_not_be_shortened_is_shortened_later(
    desk: Desk, caplog: pytest.LogCaptureFixture
):
    await desk.commit(10)
    desk.unsettled.taken()
    desk.file.errors = [OSError(errno.EIO, "Input/output error")]
    await desk.unsettled.settle(frozenset())
    assert "will try again" in caplog.text
    assert desk.file.load() == {FIRST}
    await desk.unsettled.settle(frozenset())
    assert desk.file.load() == frozenset()


async def test_of_spans_without_end_the_newest_are_on_disk_and_readings_go_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(unsettled_module, "MOST_SPANS", 2)
    await desk.commit(0, 1_000, 2_000)
    assert desk.file.load() == {SECOND, THIRD}
    saves = desk.file.saves
    await desk.commit(0)
    await desk.unsettled.settle({FIRST, SECOND, THIRD})
    assert desk.file.saves == saves
    desk.unsettled.taken()
    await desk.unsettled.settle({SECOND})
    await desk.commit(3_000)
    assert desk.file.load() == {SECOND, FIRST._replace(start_ms=3_000)}

"""Rollups in the service, over real stores."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from ingest.core.frame import Frame
from ingest.core.rows import Bucket, Rows
from ingest.errors import SpoolFull, StoreBusy
from ingest.rollups.span import Span
from tests.ingest.aggregation.benches import SETTINGS, SPAN_MS, Bench, rebuilt, rows, running
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet, Reading

SPANS_MS = [START_MS, START_MS + SPAN_MS]


def readings(fleet: Fleet, from_ms: int, count: int) -> Frame:
    """Make readings of three guns, ten a second, each value different."""
    rng = np.random.default_rng(from_ms)
    number = np.arange(count)
    index = np.array([fleet.index(GUN, f"g{n}") for n in range(3)])
    values = np.stack(
        [
            rng.integers(-200, 50, count) / 10,
            from_ms / 1e6 % 1_000 + number * 0.013,
            rng.integers(0, 3, count),
            rng.integers(0, 2, count),
        ],
        axis=1,
    )
    values[rng.random(values.shape) < 0.2] = np.nan
    values[np.isnan(values).all(axis=1), 0] = 1.0
    return fleet.columns(GUN, index[number % 3], from_ms + number * 100, values)


async def live(bench: Bench, seconds: int) -> None:
    """Receive readings for a while, as they come."""
    for _ in range(seconds):
        frame = readings(bench.fleet, bench.now_ms, 10)
        await bench.pass_s(1)
        await bench.receive(frame)


async def test_rollups_agree_with_numpy_over_the_raw_readings(harness: Harness, tmp_path: Path):
    async with running(harness, tmp_path) as bench:
        await live(bench, 12)
        await bench.pass_s(20)
        history = await bench.around.reader.history(GUN, "ridge", START_MS, START_MS + SPAN_MS)
    names = np.array(history.devices)[history.device]
    for length_ms, suffix in ((1_000, "1s"), (5_000, "5s"), (10_000, "10s")):
        stored = rows(harness, GUN)[f"test_gun_{suffix}"]
        found = [row for row in stored if int(row["ts_ms"]) < SPANS_MS[1]]
        assert len(found) == SPAN_MS // length_ms * 3
        for row in found:
            ts_ms = int(row["ts_ms"])
            there = (history.ts_ms >= ts_ms) & (history.ts_ms < ts_ms + length_ms)
            column = history.values[there & (names == row["device"]), 0]
            column = column[~np.isnan(column)]
            if not column.size:
                assert "temperature_c_mean" not in row
                continue
            assert row["temperature_c_mean"] == pytest.approx(column.mean(), rel=1e-12)
            assert row["temperature_c_min"] == column.min()
            assert row["temperature_c_max"] == column.max()
            assert row["temperature_c_count"] == column.size


async def test_computed_anew_they_are_the_same_to_the_last_bit(harness: Harness, tmp_path: Path):
    async with running(harness, tmp_path) as bench:
        await live(bench, 12)
        await bench.pass_s(20)
        assert bench.file.load() == frozenset()
    once = rows(harness, GUN)
    assert all(once.values())
    assert await rebuilt(harness, GUN, SPANS_MS) == once


async def test_late_readings_are_in_the_rollups_once_it_has_been_quiet(
    harness: Harness, tmp_path: Path
):
    async with running(harness, tmp_path) as bench:
        await live(bench, 12)
        await bench.pass_s(20)
        repaired = bench.figures.repaired
        late = [Reading("g9", START_MS + 500, {"temperature_c": -9.0})]
        await bench.receive(bench.fleet.frame(GUN, late))
        await bench.pass_s(3)
        assert bench.figures.repaired == repaired
        assert Span(GUN.name, "ridge", START_MS) in bench.file.load()
        await bench.pass_s(40)
        assert bench.figures.repaired > repaired
        assert bench.file.load() == frozenset()
    once = rows(harness, GUN)
    (row,) = [row for row in once["test_gun_1s"] if row["device"] == "g9"]
    assert (row["ts_ms"], row["temperature_c_mean"]) == (START_MS, -9.0)
    assert await rebuilt(harness, GUN, SPANS_MS) == once


async def test_late_readings_need_not_wait_until_their_longest_window_is_over(
    harness: Harness, tmp_path: Path
):
    settings = SETTINGS.model_copy(update={"windows": ("1s", "5s", "1m"), "repair_s": 1.0})
    late_ms = START_MS + 5_200
    async with running(harness, tmp_path, settings) as bench:
        await live(bench, 9)
        late = [Reading("g9", late_ms, {"temperature_c": -9.0})]
        await bench.receive(bench.fleet.frame(GUN, late))
        await live(bench, 2)
        repaired_before_long_window_closed = bench.figures.repaired
        await live(bench, 6)
        assert bench.figures.repaired > repaired_before_long_window_closed == 1
        assert [span.kind for span in bench.file.load()] == [GUN.name]
    for suffix, start_ms in (("1s", START_MS + 5_000), ("5s", START_MS + 5_000)):
        found = harness.read_rows(Bucket.ROLLUP, f"test_gun_{suffix}")
        (row,) = [row for row in found if row["device"] == "g9"]
        assert (row["ts_ms"], row["temperature_c_mean"]) == (start_ms, -9.0)
    assert harness.read_rows(Bucket.ROLLUP, "test_gun_1m") == []


@pytest.mark.parametrize("orderly", [True, False], ids=["stopped", "killed"])
async def test_what_was_open_at_the_end_of_a_run_is_repaired_by_the_next(
    harness: Harness, tmp_path: Path, *, orderly: bool
):
    async with running(harness, tmp_path) as bench:
        await live(bench, 8)
        if orderly:
            await bench.rollups.finish()
        stopped_ms = bench.now_ms
    async with running(harness, tmp_path, now_ms=stopped_ms + 2_000) as bench:
        await live(bench, 9)
        spans = range(START_MS, bench.now_ms, SPAN_MS)
        await bench.pass_s(20)
        assert bench.file.load() == frozenset()
    once = rows(harness, GUN)
    assert await rebuilt(harness, GUN, spans) == once
    assert {row["ts_ms"] for row in once["test_gun_10s"]} == set(spans)


async def test_a_stop_writes_what_the_open_windows_hold(harness: Harness, tmp_path: Path):
    async with running(harness, tmp_path) as bench:
        await bench.receive(readings(bench.fleet, START_MS, 5))
        await bench.rollups.finish()
    assert {row["ts_ms"] for row in rows(harness, GUN)["test_gun_1s"]} == {START_MS}


async def test_a_stop_in_the_middle_of_closing_leaves_what_was_not_written_to_the_next_run(
    harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with running(harness, tmp_path) as bench:
        await bench.receive(readings(bench.fleet, START_MS, 5))
        hangs = asyncio.Event()

        async def hang(_rows: Sequence[Rows]) -> None:
            hangs.set()
            await asyncio.Event().wait()

        with monkeypatch.context() as patch:
            patch.setattr(bench.store, "commit_rows", hang)
            bench.now_ms += 3 * SPAN_MS
            closing = asyncio.create_task(bench.rollups.tick())
            await hangs.wait()
            closing.cancel()
            await asyncio.wait([closing])
        await bench.rollups.finish()
        assert bench.file.load() == {Span(GUN.name, "ridge", START_MS)}


async def test_early_values_are_shown_and_overwritten_by_the_final_ones(
    harness: Harness, tmp_path: Path
):
    settings = SETTINGS.model_copy(update={"early_s": 1.0})
    async with running(harness, tmp_path, settings) as bench:
        speed = [Reading("l1", START_MS + ms, {"speed_mps": v}) for ms, v in ((0, 2.0), (900, 4.0))]
        await bench.receive(bench.fleet.frame(LIFT, speed[:1]))
        await bench.pass_s(1)
        assert bench.figures.rows == 0
        await bench.store.drain()
        assert bench.store.state().rows.stored == 2
        await bench.receive(bench.fleet.frame(LIFT, speed[1:]))
        await bench.pass_s(10)
    (row,) = rows(harness, LIFT)["test_lift_1s"]
    assert (row["speed_mps_mean"], row["speed_mps_count"]) == (3.0, 2)


async def test_two_sites_are_kept_apart(harness: Harness, tmp_path: Path):
    async with running(harness, tmp_path) as bench:
        for site, speed in (("ridge", 1.0), ("valley", 3.0)):
            bench.fleet.site = site
            reading = Reading(f"{site}-l1", START_MS, {"speed_mps": speed})
            await bench.receive(bench.fleet.frame(LIFT, [reading]))
        await bench.pass_s(20)
    found = harness.read_rows(Bucket.ROLLUP, "test_lift_site_1s")
    assert {row["site"]: row["speed_mps_mean"] for row in found} == {"ridge": 1.0, "valley": 3.0}


async def test_without_room_rollups_are_made_good_later(
    harness: Harness, tmp_path: Path, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    async def full(_rows: list[Rows]) -> None:
        raise SpoolFull("spool/rollups: full")

    async with running(harness, tmp_path) as bench:
        with monkeypatch.context() as patch:
            patch.setattr(bench.store, "commit_rows", full)
            await live(bench, 14)
            assert bench.figures.complaint == "no room for rollups: spool/rollups: full"
        await live(bench, 5)
        await bench.pass_s(20)
        assert (bench.figures.complaint, bench.figures.backlog) == ("", 0)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    once = rows(harness, GUN)
    assert await rebuilt(harness, GUN, SPANS_MS) == once


async def test_a_store_that_cannot_be_read_is_tried_again(
    harness: Harness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def away(*_: object) -> None:
        raise StoreBusy("http://db: away")

    async with running(harness, tmp_path) as bench:
        await live(bench, 10)
        with monkeypatch.context() as patch:
            patch.setattr(type(bench.around.reader), "history", away)
            await bench.pass_s(15)
            assert bench.figures.complaint == "rollups cannot be repaired now: http://db: away"
            assert bench.figures.backlog == 1
            assert bench.file.load() != frozenset()
        await bench.pass_s(20)
        assert (bench.figures.complaint, bench.figures.backlog) == ("", 0)
        assert bench.file.load() == frozenset()


async def test_what_is_too_old_to_be_read_back_or_of_no_kind_is_let_go(
    harness: Harness, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with running(harness, tmp_path) as bench:
        gone = Span(LIFT.name, "ridge", START_MS - 31 * 86_400_000)
        bench.file.save([gone, Span("no_such_kind", "ridge", START_MS)])
        await bench.rollups.begin()
        await bench.rollups.tick()
        assert bench.file.load() == frozenset()
    assert "late readings are too old" in caplog.text

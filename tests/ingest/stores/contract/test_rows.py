"""What every store promises about rows derived from readings."""

import asyncio
import math

from ingest.core.rows import Bucket, Rows
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import GUN, START_MS, Fleet
from tests.ingest.stores.rows import rows_of
from tests.ingest.stores.stores import adds_up, drained

TEXTS = ['say "on"', "back\\slash", "ends in \\", "27 °C, ok = yes"]


async def keep(harness: Harness, *commits: list[Rows]) -> None:
    """Commit in one run of the service, and wait until the database has it all."""
    async with harness.open() as store:
        for rows in commits:
            await store.commit_rows(rows)
        await drained(store)
        state = store.state()
        assert state.rows.stored == sum(len(each) for rows in commits for each in rows)
        assert (state.rows.waiting, state.rows.refused, state.rows.lost) == (0, 0, 0)
        assert (state.stored, state.waiting, state.inherited) == (0, 0, 0)


async def test_floats_and_texts_are_read_back_exactly_and_absent_ones_are_not(harness: Harness):
    rows = rows_of({"power_w_mean": [0.1 + 0.2, math.nan, 5.0], "mode_last": ["on", "off", None]})
    await keep(harness, [rows])
    assert harness.read_rows(Bucket.ROLLUP, "test_gun_1m") == [
        {"ts_ms": START_MS, "site": "ridge", "device": "g0", "power_w_mean": 0.1 + 0.2,
         "mode_last": "on"},
        {"ts_ms": START_MS, "site": "ridge", "device": "g1", "mode_last": "off"},
        {"ts_ms": START_MS, "site": "ridge", "device": "g2", "power_w_mean": 5.0},
    ]  # fmt: skip


async def test_texts_may_hold_whatever_a_person_writes(harness: Harness):
    await keep(harness, [rows_of({"summary": TEXTS}, bucket=Bucket.RAW, measurement="alert")])
    assert [row["summary"] for row in harness.read_rows(Bucket.RAW, "alert")] == TEXTS


async def test_rows_written_again_are_overwritten(harness: Harness):
    early = rows_of({"power_w_mean": [1.0, 2.0]})
    final = rows_of({"power_w_mean": [1.5, 2.5], "power_w_max": [3.0, math.nan]})
    await keep(harness, [early], [final], [final])
    rows = harness.read_rows(Bucket.ROLLUP, "test_gun_1m")
    assert [row["power_w_mean"] for row in rows] == [1.5, 2.5]
    assert [row.get("power_w_max") for row in rows] == [3.0, None]


async def test_the_last_of_many_values_for_one_row_stays(harness: Harness):
    await keep(harness, *([rows_of({"power_w_mean": [float(n)]})] for n in range(200)))
    assert [row["power_w_mean"] for row in harness.read_rows(Bucket.ROLLUP, "test_gun_1m")] == [199]


async def test_rows_of_several_measurements_and_buckets_go_in_one_commit(harness: Harness):
    await keep(
        harness,
        [
            rows_of({"power_w_mean": [1.0]}),
            rows_of({"value": [2.0]}, bucket=Bucket.RAW, measurement="alert"),
            rows_of({"power_w_mean": [3.0]}, measurement="test_gun_1h"),
        ],
    )
    values = [
        harness.read_rows(bucket, name)[0][field]
        for bucket, name, field in (
            (Bucket.ROLLUP, "test_gun_1m", "power_w_mean"),
            (Bucket.RAW, "alert", "value"),
            (Bucket.ROLLUP, "test_gun_1h", "power_w_mean"),
        )
    ]
    assert values == [1.0, 2.0, 3.0]


async def test_rows_stay_out_of_the_books_of_readings(harness: Harness):
    fleet = Fleet()
    async with harness.open() as store:
        await store.commit([fleet.many(GUN, 300)])
        await store.commit_rows(
            [rows_of({"value": [1.0]}, bucket=Bucket.RAW), rows_of({"v": [1.0]})]
        )
        assert adds_up(store, 300)
        await drained(store)
        assert adds_up(store, 300)
        assert (store.state().stored, store.state().rows.stored) == (300, 2)


async def test_readings_and_rows_are_committed_at_the_same_time(harness: Harness):
    fleet = Fleet()
    async with harness.open() as store:
        await asyncio.gather(
            *(store.commit_rows([rows_of({"v": [1.0]}, device=f"{n}-")]) for n in range(10)),
            store.commit([fleet.many(GUN, 500)]),
            *(store.commit_rows([rows_of({"v": [2.0]}, device=f"{n}-")]) for n in range(10, 20)),
        )
        await drained(store)
    assert len(harness.read(GUN)) == 500
    assert len(harness.read_rows(Bucket.ROLLUP, "test_gun_1m")) == 20


async def test_caught_up_means_that_the_database_has_the_readings(harness: Harness):
    async with harness.open() as store:
        await store.commit([Fleet().many(GUN, 5_000)])
        await store.caught_up()
        assert store.state().stored == 5_000

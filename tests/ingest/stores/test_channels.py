"""Readings, rows beside them and rollups do not get in each other's way."""

import asyncio
from pathlib import Path

import pytest

from ingest.core.rows import Bucket
from ingest.errors import SpoolFull
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb import InfluxdbStore
from tests.ingest.stores.frames import GUN, Fleet
from tests.ingest.stores.rows import rows_of
from tests.ingest.stores.stores import (
    Refusals,
    adds_up,
    drained,
    eventually,
    influxdb_settings,
    influxdb_store,
    store_settings,
)
from tests.servers.facade import Facade
from tests.servers.faults import Answer
from tests.servers.influxql import Database

NOWHERE = "http://127.0.0.1:1"


async def test_a_missing_rollup_bucket_is_named_and_holds_up_nothing_else(
    tmp_path: Path, influxdb: Database
):
    settings = influxdb_settings(influxdb).model_copy(update={"rollup_bucket": "not_there"})
    async with influxdb_store(tmp_path, settings) as store:
        await store.commit_rows([rows_of({"v": [1.0]})])
        await eventually(lambda: store.state().rows.complaint != "")
        await store.commit([Fleet().many(GUN, 1_000)])
        await store.commit_rows([rows_of({"v": [1.0]}, bucket=Bucket.RAW, measurement="alert")])
        await eventually(lambda: store.state().stored == 1_000)
        await eventually(lambda: store.state().rows.stored == 1)
        state = store.state()
    assert state.complaint == ""
    assert "bucket 'not_there'" in state.rows.complaint
    assert "check store.influxdb.org and rollup_bucket, or create it" in state.rows.complaint
    assert state.rows.waiting == 1

    async with influxdb_store(tmp_path, influxdb_settings(influxdb)) as store:
        await drained(store)
    assert [row["v"] for row in influxdb.rollups.rows("test_gun_1m")] == [1.0]


async def test_a_database_that_is_away_is_told_once(tmp_path: Path):
    async with influxdb_store(tmp_path, InfluxdbSettings(url=NOWHERE)) as store:
        await store.commit_rows([rows_of({"v": [1.0]})])
        await eventually(lambda: store.state().rows.complaint != "")
        await store.commit([Fleet().many(GUN, 10)])
        await eventually(lambda: store.state().complaint != "")
        assert store.state().rows.complaint == ""


async def test_a_refused_row_is_counted_and_logged_and_no_dead_letter(
    tmp_path: Path, influxdb: Database, caplog: pytest.LogCaptureFixture
):
    refusals = Refusals()
    async with influxdb_store(tmp_path, influxdb_settings(influxdb), refusals) as store:
        await store.commit_rows([rows_of({"v": [1.0]})])
        await drained(store)
        await store.commit_rows([rows_of({"v": ["a text"]}), rows_of({"w": [2.0]})])
        await drained(store)
        state = store.state()
    assert (state.rows.stored, state.rows.refused, state.refused) == (2, 1, 0)
    assert refusals.lines == []
    assert 'test_gun_1m,site=ridge,device=g0 v="a text"' in caplog.text


async def test_a_full_spool_of_rollups_leaves_room_for_readings(tmp_path: Path):
    settings = store_settings(tmp_path, InfluxdbSettings(url=NOWHERE))
    spool = settings.spool.model_copy(update={"max_bytes": 80_000})
    store = InfluxdbStore(settings.model_copy(update={"spool": spool}), Refusals())

    async def fill() -> None:
        for n in range(1_000):
            await store.commit_rows([rows_of({"v": [1.0] * 10}, device=f"{n}-")])

    async with store:
        with pytest.raises(SpoolFull, match=r"spool/rollups: full; \d+ lines wait"):
            await fill()
        await store.commit([Fleet().many(GUN, 100)])
        await store.commit_rows([rows_of({"v": [1.0]}, bucket=Bucket.RAW, measurement="alert")])
        assert adds_up(store, 100)


async def test_caught_up_waits_for_readings_only_and_only_for_those_before(
    tmp_path: Path, facade: Facade, influxdb: Database
):
    settings = influxdb_settings(influxdb).model_copy(update={"rollup_bucket": "not_there"})
    async with influxdb_store(tmp_path, settings) as store:
        await store.commit_rows([rows_of({"v": [1.0]})])
        facade.faults.always(Answer(503, retry_after_s=0.05))
        await store.commit([Fleet().many(GUN, 5)])
        waiting = asyncio.create_task(store.caught_up())
        await eventually(lambda: store.state().complaint != "")
        assert not waiting.done()
        facade.faults.clear()
        await waiting

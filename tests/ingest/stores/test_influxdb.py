"""The store before an InfluxDB that misbehaves."""

import asyncio
import shutil
from pathlib import Path

import pytest

from ingest.errors import ConfigError, StoreBusy, StoreDenied
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb import check
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet, Reading
from tests.ingest.stores.stores import (
    Refusals,
    adds_up,
    drained,
    eventually,
    influxdb_settings,
    influxdb_store,
)
from tests.servers.facade import Facade
from tests.servers.faults import Answer, Disconnect, Hang
from tests.servers.influxd import Influxd
from tests.servers.influxql import Database
from tests.servers.process import Launch

NOWHERE = "http://127.0.0.1:1"


async def ship(folder: Path, settings: InfluxdbSettings, count: int) -> None:
    """Commit so many readings one batch after the other, and wait until all are stored."""
    fleet = Fleet()
    async with influxdb_store(folder, settings) as store:
        for first in range(0, count, 500):
            await store.commit([fleet.many(GUN, 500, first=first)])
        await drained(store)
        assert store.state().stored == count
        assert adds_up(store, count)


@pytest.mark.parametrize(
    "fault",
    [
        Answer(429, retry_after_s=0.05),
        Answer(503, retry_after_s=0.05),
        Answer(500),
        Disconnect(),
        Disconnect(after_write=True),
        Hang(),
    ],
    ids=str,
)
async def test_a_passing_failure_loses_and_doubles_nothing(
    tmp_path: Path, facade: Facade, influxdb: Database, fault: Answer | Disconnect | Hang
):
    facade.faults.next(fault, fault)
    settings = influxdb_settings(influxdb, batch_lines=1_000, timeout_s=0.5)
    await ship(tmp_path, settings, 4_000)
    assert facade.faults.waiting == 0
    assert influxdb.count("test_gun", "energy_kwh") == 4_000


async def test_lines_beyond_the_servers_limit_go_in_smaller_calls(
    tmp_path: Path, facade: Facade, influxdb: Database
):
    facade.faults.max_body_bytes = 20_000
    await ship(tmp_path, influxdb_settings(influxdb), 2_000)

    assert influxdb.count("test_gun", "energy_kwh") == 2_000
    refused = [call.status for call in facade.writes].count(413)
    assert 0 < refused < 20


async def test_writes_are_compressed_if_so_set(tmp_path: Path, facade: Facade, influxdb: Database):
    await ship(tmp_path, influxdb_settings(influxdb, gzip=True), 1_000)
    assert facade.writes
    assert all(call.gzip for call in facade.writes)
    assert influxdb.count("test_gun", "energy_kwh") == 1_000


async def test_small_commits_are_joined_into_few_calls(
    tmp_path: Path, facade: Facade, influxdb: Database
):
    fleet = Fleet()
    async with influxdb_store(tmp_path, influxdb_settings(influxdb)) as store:
        for first in range(200):
            await store.commit([fleet.many(LIFT, 1, first=first)])
        await drained(store)
    assert sum(call.lines for call in facade.writes) == 200
    assert len(facade.writes) < 50


async def test_of_five_thousand_lines_only_the_bad_one_is_refused(
    tmp_path: Path, facade: Facade, influxdb: Database
):
    fleet = Fleet()
    frame = fleet.many(GUN, 5_000)
    frame.values[1_234, 0] = 99.5
    refusals = Refusals()

    async with influxdb_store(tmp_path, influxdb_settings(influxdb), refusals) as store:
        # A field whose type differs from what is there is what InfluxDB refuses.
        await store.commit([fleet.frame(LIFT, [Reading("l1", START_MS, {"speed_mps": 1.0})])])
        await drained(store)
        wrong = b'test_lift,site=ridge,device=l1 speed_mps="fast" 1760000000001\n'
        store._readings.spool.append(wrong, 1)
        await store.commit([frame])
        await drained(store)
        assert store.state().refused == 1
        assert store.state().stored == 5_001
        assert adds_up(store, 5_002)

    assert refusals.lines == [wrong]
    assert "field type conflict" in refusals.messages[0]
    assert influxdb.count("test_gun", "temperature_c") == 5_000
    assert {call.status for call in facade.writes} >= {204, 422}


async def test_a_line_that_is_no_line_protocol_is_refused_alone(tmp_path: Path, influxdb: Database):
    refusals = Refusals()
    async with influxdb_store(tmp_path, influxdb_settings(influxdb), refusals) as store:
        store._readings.spool.append(b"what is this\n", 1)
        await store.commit([Fleet().many(GUN, 500)])
        await drained(store)
        assert (store.state().stored, store.state().refused) == (500, 1)
    assert refusals.lines == [b"what is this\n"]
    assert influxdb.count("test_gun", "energy_kwh") == 500


async def test_refused_lines_that_cannot_be_set_aside_hold_the_position(
    tmp_path: Path, influxdb: Database
):
    tried = asyncio.Event()

    async def no_room(_lines: object, _message: str) -> None:
        tried.set()
        raise OSError("no room for dead letters")

    settings = influxdb_settings(influxdb)
    async with influxdb_store(tmp_path, settings, no_room) as store:
        store._readings.spool.append(b"what is this\n", 1)
        store._readings.shipper.notify()
        await asyncio.wait_for(tried.wait(), 10)
        assert store.state().waiting == 1

    refusals = Refusals()
    async with influxdb_store(tmp_path, settings, refusals) as store:
        await drained(store)
        assert (store.state().inherited, store.state().refused) == (1, 1)
    assert refusals.lines == [b"what is this\n"]


async def test_a_wrong_token_keeps_everything_until_it_is_mended(
    tmp_path: Path, influxdb: Database, caplog: pytest.LogCaptureFixture
):
    wrong = influxdb_settings(influxdb, token="wrong-token")
    async with influxdb_store(tmp_path, wrong) as store:
        await store.commit([Fleet().many(GUN, 1_000)])
        await eventually(lambda: bool(store.state().complaint))
        complaint = store.state().complaint
        assert store.state().waiting == 1_000

    for word in (influxdb.url, "'snowgrid'", repr(influxdb.name), "401", "store.influxdb.token"):
        assert word in complaint
    assert complaint in caplog.text
    assert "wrong-token" not in caplog.text

    async with influxdb_store(tmp_path, influxdb_settings(influxdb)) as store:
        await drained(store)
        assert store.state().complaint == ""
        assert (store.state().inherited, store.state().stored) == (1_000, 1_000)
    assert influxdb.count("test_gun", "energy_kwh") == 1_000


async def test_commits_go_on_while_the_database_is_killed_and_started_again(
    tmp_path: Path, launch: Launch
):
    influxd = launch(Influxd(tmp_path / "influxd"))
    fleet = Fleet()
    with Facade(influxd) as facade:
        database = facade.create_bucket("telemetry")
        settings = influxdb_settings(database, batch_lines=1_000)
        async with influxdb_store(tmp_path, settings) as store:
            for first in range(0, 6_000, 500):
                if first == 2_000:
                    await asyncio.to_thread(influxd.kill)
                if first == 4_000:
                    await asyncio.to_thread(influxd.start)
                await store.commit([fleet.many(GUN, 500, first=first)])
                assert adds_up(store, first + 500)
            await drained(store)
        assert database.count("test_gun", "energy_kwh") == 6_000


async def test_leaving_while_the_database_hangs_is_quick_and_loses_nothing(
    tmp_path: Path, facade: Facade, influxdb: Database
):
    facade.faults.next(Hang())
    settings = influxdb_settings(influxdb, timeout_s=60)
    async with asyncio.timeout(20):
        async with influxdb_store(tmp_path, settings) as store:
            await store.commit([Fleet().many(GUN, 1_000)])
            await eventually(lambda: facade.faults.waiting == 0)
    assert store.state().waiting == 1_000

    async with influxdb_store(tmp_path, settings) as store:
        assert store.state().inherited == 1_000
        await drained(store)
    assert influxdb.count("test_gun", "energy_kwh") == 1_000


async def test_leaving_while_the_database_is_down_is_immediate(tmp_path: Path):
    settings = InfluxdbSettings(url=NOWHERE)
    async with asyncio.timeout(5):
        async with influxdb_store(tmp_path, settings) as store:
            await store.commit([Fleet().many(GUN, 1_000)])
    assert store.state().waiting == 1_000


async def test_a_crash_before_the_position_was_kept_ships_again_and_doubles_nothing(
    tmp_path: Path, influxdb: Database
):
    crashed, settings = tmp_path / "crashed", influxdb_settings(influxdb)
    async with influxdb_store(tmp_path / "running", settings) as store:
        await store.commit([Fleet().many(GUN, 12_345)])
        await drained(store)
        shutil.copytree(tmp_path / "running", crashed)
    (crashed / "spool" / "position").unlink(missing_ok=True)  # kept once a second

    async with influxdb_store(crashed, settings) as store:
        assert store.state().inherited == 12_345
        await drained(store)
        assert store.state().stored == 12_345
    assert influxdb.count("test_gun", "energy_kwh") == 12_345


async def test_what_the_disk_lost_is_in_the_books_and_holds_nothing_up(
    tmp_path: Path, influxdb: Database
):
    fleet = Fleet()
    down = InfluxdbSettings(url=NOWHERE)
    async with influxdb_store(tmp_path, down) as store:
        await store.commit([fleet.many(GUN, 100)])
        await store.commit([fleet.many(GUN, 200, first=100)])
    (segment,) = (tmp_path / "spool").glob("*.spool")
    data = bytearray(segment.read_bytes())
    data[1_000] ^= 1
    segment.write_bytes(data)

    async with influxdb_store(tmp_path, influxdb_settings(influxdb)) as store:
        await drained(store)
        assert (store.state().lost, store.state().stored) == (100, 200)
        assert adds_up(store, 0)
    assert influxdb.count("test_gun", "energy_kwh") == 200


async def test_a_bug_in_the_shipping_stops_the_service(tmp_path: Path, influxdb: Database):
    async def broken(_lines: object, _message: str) -> None:
        raise RuntimeError("a bug")

    async def serve() -> None:
        async with influxdb_store(tmp_path, influxdb_settings(influxdb), broken) as store:
            store._readings.spool.append(b"what is this\n", 1)
            store._readings.shipper.notify()
            await drained(store)

    with pytest.raises(ExceptionGroup) as raised:
        await serve()
    assert raised.group_contains(RuntimeError, match="a bug")


async def test_a_check_passes_where_lines_would_be_taken_and_writes_none(
    facade: Facade, influxdb: Database
):
    await check(influxdb_settings(influxdb))
    assert [call.lines for call in facade.writes] == [1]
    assert influxdb.measurements() == []


async def test_a_check_says_which_key_is_wrong(influxdb: Database):
    good = influxdb_settings(influxdb)
    with pytest.raises(StoreDenied, match=r"401 .*store\.influxdb\.token"):
        await check(influxdb_settings(influxdb, token=""))
    with pytest.raises(StoreDenied, match=r"404 .*no_such_bucket.*store\.influxdb\.org and bucket"):
        await check(good.model_copy(update={"bucket": "no_such_bucket"}))
    with pytest.raises(StoreDenied, match=r"404 .*nobody"):
        await check(good.model_copy(update={"org": "nobody"}))
    with pytest.raises(StoreBusy, match=NOWHERE):
        await check(good.model_copy(update={"url": NOWHERE}))
    with pytest.raises(ConfigError, match=r"store\.influxdb\.token_file"):
        await check(good.model_copy(update={"token": None, "token_file": Path("/no/such/file")}))

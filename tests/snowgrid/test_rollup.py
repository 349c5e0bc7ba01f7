import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import typer

from devices.registry import kind_named
from ingest.aggregation.offline import store_by_hand
from ingest.errors import ConfigError
from ingest.settings_stores import DuckdbSettings, StoreSettings
from ingest.stores.duckdb import DuckdbStore
from snowgrid.cli.span_options import stretch_ms
from tests.end_to_end.databases import InDuckdb, InInfluxdb
from tests.end_to_end.rollups import rebuild
from tests.ingest.stores.frames import Fleet
from tests.servers.influxql import Database
from tests.servers.process import free_port

HOUR_MS = 3_600_000
METER = kind_named("smart_meter")
WEEK_AGO_MS = time.time_ns() // 1_000_000 // HOUR_MS * HOUR_MS - 168 * HOUR_MS


@pytest.fixture
def kept(tmp_path: Path) -> InDuckdb:
    """A file with a reading each minute, of two hours a week ago."""
    kept = InDuckdb(tmp_path / "readings.duckdb")
    fleet = Fleet()
    device = [fleet.index(METER, "m-1")] * 120
    ts_ms = [WEEK_AGO_MS + minute * 60_000 for minute in range(120)]
    values = [[float(minute)] * len(METER.fields) for minute in range(120)]

    async def store() -> None:
        settings = StoreSettings(kind="duckdb", duckdb=DuckdbSettings(path=kept.path))
        async with DuckdbStore(settings) as store:
            await store.commit([fleet.columns(METER, device, ts_ms, values)])

    asyncio.run(store())
    return kept


def moment(seconds: int) -> str:
    """Return an instant after the first reading, as a person would type it."""
    return datetime.fromtimestamp(WEEK_AGO_MS / 1000 + seconds, UTC).isoformat()


def windows(kept: InDuckdb, suffix: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(kept.path), read_only=True) as connection:
        rows: list[tuple[object, ...]] = connection.execute(
            "SELECT device, voltage_l1_v_mean, voltage_l1_v_count "
            f"FROM smart_meter_{suffix} ORDER BY ts"
        ).fetchall()
    return rows


def test_all_windows_of_the_time_asked_for_are_written(kept: InDuckdb):
    result = rebuild(kept.settings, kept, "--from", moment(0), "--to", moment(7_200))
    assert result.returncode == 0, result.stderr
    assert windows(kept, "1h") == [("m-1", 29.5, 60), ("m-1", 89.5, 60)]
    assert len(windows(kept, "15m")) == 8
    assert windows(kept, "1m")[7] == ("m-1", 7.0, 1)
    rows = 2 * (2 + 8 + 120)
    assert f": {rows} rows of rollups written in " in result.stdout


def test_of_an_hour_of_which_a_part_is_asked_for_all_is_computed_and_told_programs(kept: InDuckdb):
    part = ("--from", moment(600), "--to", moment(601))
    result = rebuild(kept.settings, kept, *part, "--kind", "smart_meter", "--json")
    outcome = json.loads(result.stdout)
    assert outcome.pop("seconds") > 0
    assert outcome == {"spans": 1, "done": 1, "rows": 2 * (1 + 4 + 60), "trouble": ""}
    assert windows(kept, "1h") == [("m-1", 29.5, 60)]


def test_where_there_is_nothing_it_says_so(kept: InDuckdb):
    result = rebuild(kept.settings, kept, "--from", "8d", "--site", "elsewhere")
    assert result.returncode == 0
    assert result.stdout.startswith("No such readings in the store")


def test_a_kind_that_does_not_exist_is_told_with_the_nearest(kept: InDuckdb):
    result = rebuild(kept.settings, kept, "--from", "1h", "--kind", "snow_gum")
    assert result.returncode == 2
    assert "did you mean 'snow_gun'?" in result.stderr


@pytest.mark.parametrize(
    ("stretch", "told"),
    [(("soon", None), "'soon' is no point in time"), (("1h", "2h"), "should be before --to")],
)
def test_a_stretch_of_time_that_is_none_is_told(stretch: tuple[str, str | None], told: str):
    with pytest.raises(typer.BadParameter, match=told):
        stretch_ms(*stretch)


def test_a_stretch_ends_now_unless_told_otherwise():
    now = datetime(2026, 2, 1, 12, tzinfo=UTC)
    noon_ms = round(now.timestamp() * 1000)
    assert stretch_ms("1h", None, now) == (noon_ms - HOUR_MS, noon_ms)
    assert stretch_ms("2h", "1h", now) == (noon_ms - 2 * HOUR_MS, noon_ms - HOUR_MS)


def test_a_file_that_the_service_has_open_is_told(kept: InDuckdb):
    with duckdb.connect(str(kept.path)):
        result = rebuild(kept.settings, kept, "--from", "1h")
    assert result.returncode == 2
    assert f"{kept.path}: another process has it open; stop it" in result.stderr


async def test_a_file_that_is_not_there_is_told_and_not_made(tmp_path: Path):
    path = tmp_path / "missing.duckdb"
    settings = StoreSettings(kind="duckdb", duckdb=DuckdbSettings(path=path))
    with pytest.raises(ConfigError, match=r"missing\.duckdb: there is no such file"):
        await store_by_hand(settings).__aenter__()
    assert not path.exists()


def test_a_database_that_is_away_ends_it_with_one(influxdb: Database):
    kept = InInfluxdb(influxdb)
    url = f"http://127.0.0.1:{free_port()}"
    result = rebuild(kept.settings | {"store.influxdb.url": url}, kept, "--from", "1h")
    assert result.returncode == 1
    assert url in result.stdout
    assert "Run it again to do all." in result.stdout

"""What is particular about the embedded store."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from devices.schema import state
from ingest.errors import ConfigError
from ingest.stores.duckdb import DuckdbStore, open_file
from tests.ingest.stores.duckdb_process import COMMIT_ROWS
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet, Reading, kind_of
from tests.ingest.stores.stores import store_settings


def query(folder: Path, sql: str) -> list[tuple[object, ...]]:
    path = store_settings(folder).duckdb.path
    with duckdb.connect(str(path), read_only=True) as connection:
        rows: list[tuple[object, ...]] = connection.execute(sql).fetchall()
    return rows


def command(job: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.ingest.stores.duckdb_process", job, str(folder)]


async def test_tables_are_made_of_the_kinds_fields(tmp_path: Path):
    async with DuckdbStore(store_settings(tmp_path)) as store:
        await store.commit([Fleet().many(GUN, 1)])
    assert query(
        tmp_path, "SELECT column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    ) == [
        ("site", "VARCHAR"),
        ("device", "VARCHAR"),
        ("ts", "TIMESTAMP"),
        ("temperature_c", "DOUBLE"),
        ("energy_kwh", "DOUBLE"),
        ("mode", "VARCHAR"),
        ("door_open", "BOOLEAN"),
    ]


async def test_rows_are_counted_by_table_whatever_its_name(tmp_path: Path):
    path = store_settings(tmp_path).duckdb.path
    async with DuckdbStore(store_settings(tmp_path)) as store:
        await store.commit([Fleet().many(GUN, 3)])
    with duckdb.connect(str(path)) as connection:
        connection.execute('CREATE TABLE "my ""own"" table" (x INTEGER)')
    with closing(open_file(path)) as file:
        assert file.rows() == {GUN.name: 3, 'my "own" table': 0}


async def test_a_kind_that_gained_a_field_gets_a_column(tmp_path: Path):
    grown = kind_of(LIFT.name, *LIFT.fields, state("brake", "Brake", "released", "applied"))
    settings = store_settings(tmp_path)
    async with DuckdbStore(settings) as store:
        await store.commit([Fleet().many(LIFT, 1)])
    async with DuckdbStore(settings) as store:
        readings = [Reading("d0", START_MS + 9, {"brake": "applied"})]
        await store.commit([Fleet().frame(grown, readings)])
    assert query(tmp_path, f"SELECT speed_mps, brake FROM {LIFT.name} ORDER BY ts") == [
        (0.0, None),
        (None, "applied"),
    ]


async def test_a_field_that_changed_its_type_is_named(tmp_path: Path):
    was = kind_of("test_lift", state("speed_mps", "Speed", "slow", "fast"))
    settings = store_settings(tmp_path)
    async with DuckdbStore(settings) as store:
        await store.commit([Fleet().many(was, 1)])
    async with DuckdbStore(settings) as store:
        with pytest.raises(ConfigError, match="column speed_mps of table test_lift is VARCHAR"):
            await store.commit([Fleet().many(LIFT, 1)])


async def test_a_second_process_is_told_that_the_file_is_open_elsewhere(tmp_path: Path):
    async with DuckdbStore(store_settings(tmp_path)):
        second = subprocess.run(  # noqa: ASYNC221 - nothing else runs meanwhile
            command("until_full", tmp_path), capture_output=True, text=True, check=False
        )
    path = store_settings(tmp_path).duckdb.path
    assert f"ConfigError: store.duckdb.path: {path}: another process has it open" in second.stderr


async def test_a_file_that_is_no_database_is_named(tmp_path: Path):
    path = store_settings(tmp_path).duckdb.path
    path.write_text("not a database " * 1_000)
    with pytest.raises(ConfigError, match=rf"store\.duckdb\.path: {path}: .*not a valid DuckDB"):
        await DuckdbStore(store_settings(tmp_path)).__aenter__()


async def test_without_the_package_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    monkeypatch.delitem(sys.modules, "ingest.stores.duckdb_file", raising=False)
    with pytest.raises(ConfigError, match=r"pip install 'snowgrid\[embedded\]'"):
        await DuckdbStore(store_settings(tmp_path)).__aenter__()


def test_a_killed_process_loses_nothing_that_was_committed(tmp_path: Path):
    with subprocess.Popen(
        command("until_killed", tmp_path), stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        said = [int(writer.stdout.readline()) for _ in range(20)]
        writer.kill()
        said += [int(line) for line in writer.stdout if line.endswith("\n")]

    ((rows, whole),) = query(tmp_path, "SELECT count(*), max(energy_kwh) + 1 FROM test_gun")
    assert rows == whole
    assert rows in {said[-1], said[-1] + COMMIT_ROWS}


def test_a_disk_without_room_commits_nothing_and_takes_more_later(tmp_path: Path):
    done = subprocess.run(
        command("until_full", tmp_path), capture_output=True, text=True, check=True
    )
    committed, _, message = done.stdout.partition(" ")
    assert "File too large" in message
    rows = query(tmp_path, "SELECT count(*) FROM test_gun")
    assert rows == [(int(committed) + COMMIT_ROWS,)]

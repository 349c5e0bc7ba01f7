"""Stores that do not answer say why, for a person."""

import socket
import subprocess
import sys
from functools import partial

import duckdb
import pytest

from dashboards.errors import CannotRead
from dashboards.model.query import Column, Database, Function, Query, Source
from dashboards.readers import duckdb_reader
from dashboards.readers.base import Span
from dashboards.readers.duckdb_reader import DuckdbReader, reading_file
from dashboards.readers.influxdb_reader import InfluxdbReader, Server
from tests.servers.facade import Facade

SOURCE = Source(database=Database.RAW, measurement="gauge", tiered=False)
QUERY = Query(source=SOURCE, columns=(Column(field="x", function=Function.MEAN, name="x"),))
SPAN = Span(from_ms=0, to_ms=60_000, interval_ms=60_000)
HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with (
        pytest.raises(CannotRead, match=r"none\.duckdb: there is no such file"),
        reading_file(tmp_path / "none.duckdb"),
    ):
        pass


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "diary").write_text("my diary, of some length", encoding="utf-8")
    with (
        pytest.raises(CannotRead, match="not a valid DuckDB database"),
        reading_file(tmp_path / "diary"),
    ):
        pass


def test_a_file_that_somebody_writes_to_is_told(tmp_path):
    path = tmp_path / "busy.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(CannotRead, match="another process has it open"), reading_file(path):
            pass
        holder.communicate("\n")


async def test_a_question_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(duckdb_reader, "LONGEST_S", 0.05)
    connection = duckdb.connect()
    connection.execute(
        "CREATE VIEW gauge AS "
        "SELECT TIMESTAMP '1970-01-01' AS ts, random() * a.range * b.range AS x "
        "FROM range(10_000_000) AS a, range(10_000_000) AS b"
    )
    with pytest.raises(CannotRead, match="did not answer within"):
        await DuckdbReader(connection.cursor).read(QUERY, SPAN, {})


async def test_a_question_that_the_database_cannot_answer_is_told():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE gauge (ts TIMESTAMP, x VARCHAR)")
    with pytest.raises(CannotRead, match="the database cannot answer: Binder Error"):
        await DuckdbReader(connection.cursor).read(QUERY, SPAN, {})


async def test_rows_are_seen_as_soon_as_they_are_committed(tmp_path):
    path = str(tmp_path / "live.duckdb")
    writer = duckdb.connect(path)
    writer.execute("CREATE TABLE gauge (ts TIMESTAMP, x DOUBLE)")
    reader = DuckdbReader(partial(duckdb.connect, path))
    assert await reader.read(QUERY, SPAN, {}) == []
    writer.execute("INSERT INTO gauge VALUES (TIMESTAMP '1970-01-01', 7.0)")
    (series,) = await reader.read(QUERY, SPAN, {})
    assert series.columns == {"x": [7.0]}


async def asked(url: str, token: str = "", name: str = "nowhere") -> None:
    server = Server(url=url, token=token, databases=dict.fromkeys(Database, name))
    async with InfluxdbReader(server) as reader:
        await reader.read(QUERY, SPAN, {})


async def test_a_server_that_is_not_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(CannotRead, match=f"{url}: Cannot connect"):
            await asked(url)


async def test_a_wrong_token_is_told(facade: Facade):
    with pytest.raises(CannotRead, match=r"may not read; check store\.influxdb\.token"):
        await asked(facade.url, "guessed")


async def test_a_database_that_is_not_there_is_told_in_the_servers_words(facade: Facade):
    with pytest.raises(CannotRead, match="database not found: nowhere"):
        await asked(facade.url, facade.token)


async def test_a_server_of_something_else_is_told(facade: Facade):
    with pytest.raises(CannotRead, match="no InfluxQL answer, check the URL"):
        await asked(f"{facade.url}/ping", facade.token)


def test_the_token_is_in_no_message():
    assert "secret" not in repr(Server(url="", token="secret", databases={}))

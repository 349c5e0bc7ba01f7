"""`snowgrid dashboards serve` and `preview`, as a person runs them."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from dashboards.errors import CannotListen, CannotRead
from ingest.errors import ConfigError
from ingest.settings_stores import DuckdbSettings, StoreSettings
from snowgrid.cli.errors import told_to_the_user
from snowgrid.commands.dashboards_preview import preview_dashboards
from snowgrid.commands.dashboards_serve import serve_dashboards
from snowgrid.dashboards.stores import store_named
from tests.servers.facade import Facade

NOW_MS = 1_768_600_000_000


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "snowgrid", "dashboards", *arguments]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True, check=False
    )


@contextmanager
def served(
    folder: Path, *arguments: str, **environment: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve boards, and yield their address with the process."""
    process = subprocess.Popen(
        command("serve", "--port", "0", *arguments),
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        _, url, *_ = process.stdout.readline().split()
        try:
            yield url, process
        finally:
            process.kill()


def sites(url: str) -> list[str]:
    path = "api/boards/snowgrid-device-rack_sensor/variables/site"
    with urllib.request.urlopen(url + path) as answer:
        values: list[str] = json.load(answer)["values"]
    return values


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A database with one rack in it."""
    path = tmp_path / "store.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE rack_sensor_site_1m AS "
            "SELECT TIMESTAMP '2026-01-16 12:00' AS ts, 'hall' AS site"
        )
    return path


def test_a_file_is_served_until_ctrl_c(tmp_path, store):
    with served(tmp_path, "--store", str(store)) as (url, process):
        assert url.startswith("http://127.0.0.1:")
        assert sites(url) == ["hall"]
        assert process.stdout
        assert "Ctrl-C ends it" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_a_server_is_asked_with_the_token_that_is_set(tmp_path, facade: Facade):
    database = facade.create_bucket("boards_served")
    facade.create_bucket(database.rollups.name)
    settings = {
        "SNOWGRID_STORE__INFLUXDB__TOKEN": facade.token,
        "SNOWGRID_STORE__INFLUXDB__BUCKET": database.name,
        "SNOWGRID_STORE__INFLUXDB__ROLLUP_BUCKET": database.rollups.name,
    }
    line = urllib.request.Request(
        f"{facade.url}/api/v2/write?org={facade.org}&bucket={database.rollups.name}&precision=ms",
        f"rack_sensor_site_1m,site=hut devices_count=1 {NOW_MS}".encode(),
        {"Authorization": f"Token {facade.token}"},
    )
    urllib.request.urlopen(line).close()
    with served(tmp_path, "--store", facade.url, **settings) as (url, _):
        assert sites(url) == ["hut"]


def test_the_store_that_is_set_is_served_where_none_is_named():
    there = StoreSettings(duckdb=DuckdbSettings(path=Path("here.duckdb")))
    assert store_named("", there) == there
    assert store_named("other.duckdb", there).duckdb.path == Path("other.duckdb")
    assert store_named("https://influxdb:8086", there).influxdb.url == "https://influxdb:8086"


def test_a_store_that_is_not_there_is_told(tmp_path):
    missing = str(tmp_path / "none.duckdb")
    with pytest.raises(CannotRead, match=f"{missing}: there is no such file") as told:
        serve_dashboards(store=missing, port=0)
    assert told_to_the_user(told.value)


def test_a_port_that_is_taken_is_told(store):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotListen, match=f"127.0.0.1:{port}: Address already in use") as told:
            serve_dashboards(store=str(store), port=port)
    assert told_to_the_user(told.value)


def test_boards_are_written_as_files_that_say_what_they_are(tmp_path, store):
    result = run(
        tmp_path,
        *("preview", "--store", str(store), "--out", "boards"),
        *("--from", "2026-01-16T10:00+00:00", "--to", "2026-01-16T14:00+00:00"),
        *("--board", "snowgrid-region", "--board", "snowgrid-device-rack_sensor"),
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "boards/region.html",
        "boards/device-rack_sensor.html",
    ]
    page = (tmp_path / "boards/region.html").read_text(encoding="utf-8")
    assert '"device-rack_sensor.html"' in page
    assert "/static/" not in page.partition("<body>")[2]


def test_a_board_that_is_not_there_is_told_with_those_that_are(tmp_path, store):
    with pytest.raises(ConfigError, match="--board region: there are snowgrid-region, "):
        preview_dashboards(since="1h", out=tmp_path, board=["region"], store=str(store))

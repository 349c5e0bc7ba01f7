"""`snowgrid demo` as a person runs it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil
import pytest

from devices.fleets.file import load_fleet
from snowgrid.demo.queries import queries_for
from tests.eventually import eventually

KINDS = sorted(load_fleet("jing-jin-ji").devices_by_kind)
STORE = "snow day/demo.duckdb"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "snowgrid", "demo", *arguments]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command("--store", STORE, *arguments),
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / STORE), read_only=True) as connection:
        rows: list[tuple[object, ...]] = connection.execute(sql).fetchall()
    return rows


def count(folder: Path, kind: str) -> int:
    ((rows,),) = read(folder, f"SELECT count(*) FROM {kind}")
    assert isinstance(rows, int)
    return rows


async def heard(folder: Path) -> None:
    """Wait until readings are on their way into the database."""
    log = folder / "snow day" / "demo.log"
    await eventually(lambda: log.exists() and "subscribed" in log.read_text(encoding="utf-8"))
    wal = folder / f"{STORE}.wal"
    await eventually(lambda: wal.exists() and wal.stat().st_size > 10_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def played(folder):
    """A demo that had its time, in a folder where settings would lead it astray."""
    (folder / "snowgrid.toml").write_text('mqtt.host = "nowhere"\nnonsense = 1\n', "utf-8")
    return run(folder, "--store", STORE, "--duration", "7", "--seed", "3")


def test_a_demo_that_had_its_time_balances(played):
    assert played.returncode == 0, played.stdout + played.stderr
    assert "The ledger balances: nothing lost, nothing doubled." in played.stdout
    assert played.stderr == ""


def test_what_is_published_is_what_the_database_has(played, folder):
    for kind in KINDS:
        figures = re.search(rf"^{kind} +([\d,]+) +([\d,]+) +([\d,]+)$", played.stdout, re.MULTILINE)
        rows = count(folder, kind)
        assert figures
        assert set(figures.groups()) == {f"{rows:,}"}
        assert rows


def test_some_messages_are_bad_on_purpose_and_can_be_looked_at(played, folder):
    bad = re.search(r"good \+ (\d+) bad on purpose", played.stdout)
    letters = subprocess.run(
        [sys.executable, "-m", "snowgrid", "deadletters", "--json", "--dir", "demo-deadletters"],
        cwd=(folder / STORE).parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert bad
    assert int(bad[1]) == len(letters.stdout.splitlines()) > 0


def test_a_pipe_gets_plain_lines(played):
    assert "\x1b" not in played.stdout
    assert re.search(r"^0:0\d  \d+ messages/s, .* ledger balanced$", played.stdout, re.MULTILINE)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_queries_that_it_prints_answer_something(played, folder, number):
    query = queries_for(KINDS)[number]
    assert query.sql in played.stdout
    assert max(map(len, query.sql.splitlines())) < 80
    assert read(folder, query.sql)


@pytest.mark.parametrize("number", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_there_are_queries_for_every_part_of_the_fleet(played, folder, kind, number):
    assert played.returncode == 0
    assert read(folder, queries_for([kind])[number].sql)


def test_the_command_that_it_prints_opens_the_database(played, folder):
    opening = re.search(r"^ +(\S+ -ic .*)$", played.stdout, re.MULTILINE)
    assert opening
    answer = subprocess.run(
        ["sh", "-c", opening[1]],
        cwd=folder,
        input='ask("""SELECT 40 + 2 AS answer""")\n',
        capture_output=True,
        text=True,
        check=True,
    )
    assert "42" in answer.stdout


def test_a_second_demo_adds_to_the_database_of_the_first(played, folder):
    before = count(folder, "rack_sensor")
    rows = sum(count(folder, kind) for kind in load_fleet("zhangbei").devices_by_kind)
    again = run(folder, "--store", STORE, "--duration", "1", "--fleet", "zhangbei")
    after = count(folder, "rack_sensor")
    assert (played.returncode, again.returncode) == (0, 0)
    assert f"with {rows:,} rows of before" in again.stdout
    assert re.search(rf"^rack_sensor .* {after - before:,}$", again.stdout, re.MULTILINE)


async def test_ctrl_c_stores_what_is_on_its_way_and_ends_well(tmp_path):
    with running(tmp_path) as process:
        await heard(tmp_path)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert "The ledger balances" in output


async def test_without_its_broker_it_says_so_and_keeps_what_it_has(tmp_path):
    with running(tmp_path) as process:
        await heard(tmp_path)
        (broker,) = psutil.Process(process.pid).children()
        broker.kill()
        output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the embedded broker ended unexpectedly" in output
    assert count(tmp_path, "smart_meter")


async def test_the_broker_ends_with_the_demo_however_that_ends(tmp_path):
    with running(tmp_path) as process:
        await heard(tmp_path)
        (broker,) = psutil.Process(process.pid).children()
        process.kill()
        await eventually(lambda: not broker.is_running() or broker.status() == psutil.STATUS_ZOMBIE)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--fleet", "jing-jin"], "did you mean 'jing-jin-ji'?"),
        (["--store", "text.txt"], "--store text.txt: "),
        (["--store", "/proc/nowhere/demo.duckdb"], "--store /proc/nowhere/demo.duckdb: "),
    ],
)
def test_what_cannot_be_is_told_in_a_line(tmp_path, arguments, told):
    (tmp_path / "text.txt").write_text("my diary", encoding="utf-8")
    result = run(tmp_path, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "text.txt").read_text(encoding="utf-8") == "my diary"


def test_without_its_packages_it_names_the_command_that_installs_them(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util, sys\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name: None if name == 'iotcore' else find(name)\n",
        encoding="utf-8",
    )
    result = subprocess.run(
        command("--duration", "1"),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert result.stderr.strip().endswith("pip install 'snowgrid[embedded]'")

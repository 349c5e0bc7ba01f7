import subprocess
import sys
from pathlib import Path

import duckdb

from ingest.check.duckdb import check_duckdb
from ingest.check.finding import Verdict
from ingest.settings_stores import DuckdbSettings

HOLD_OPEN = "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print(flush=True); input()"


def test_a_database_that_will_be_created_is_good_and_not_created(tmp_path: Path) -> None:
    path = tmp_path / "new" / "snowgrid.duckdb"
    assert check_duckdb(DuckdbSettings(path=path)).verdict is Verdict.GOOD
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_opens_is_good(tmp_path: Path) -> None:
    path = tmp_path / "snowgrid.duckdb"
    duckdb.connect(str(path)).close()
    assert check_duckdb(DuckdbSettings(path=path)).verdict is Verdict.GOOD


def test_a_file_that_is_no_database_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "snowgrid.duckdb"
    path.write_text("hello" * 10_000)
    found = check_duckdb(DuckdbSettings(path=path))
    assert found.verdict is Verdict.WRONG
    assert "store.duckdb.path" in found.fix


def test_a_database_that_the_service_has_open_is_doubtful(tmp_path: Path) -> None:
    path = tmp_path / "snowgrid.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_OPEN, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as service:
        assert service.stdout is not None
        service.stdout.readline()
        found = check_duckdb(DuckdbSettings(path=path))
        service.communicate(b"\n")
    assert found.verdict is Verdict.DOUBTFUL
    assert "another process has it open" in found.what

"""Does what docs/add-a-kind.md says, in a copy of the project, and sees that it is true."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("devices", "ingest", "seeds", "snowgrid", "dashboards", "tests")
GUIDE = (ROOT / "docs" / "add-a-kind.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The one code block of the guide in a language."""
    (text,) = re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)
    return str(text)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with the new kind's file, and no other file touched."""
    folder = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("__pycache__")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "docs").mkdir()
    (folder / "devices" / "kinds" / "heat_pump.py").write_text(block("python"))
    (folder / "street.toml").write_text(block("toml"))
    return folder


def run(project: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_new_kind_is_listed_and_shown(project):
    assert "Heat pump" in run(project, "-m", "snowgrid", "kinds")
    shown = json.loads(run(project, "-m", "snowgrid", "kinds", "heat_pump", "--json"))
    assert [field["name"] for field in shown["fields"]][1] == "flow_temperature_c"
    assert shown["limits"][0]["above"] == 60.0


def test_the_new_kind_is_drawn(project):
    run(project, "-m", "snowgrid", "kinds", "heat_pump", "--plot", "pump.png", "--hours", "6")
    assert (project / "pump.png").read_bytes().startswith(b"\x89PNG")


def test_the_new_kind_has_a_page(project):
    run(project, "-m", "snowgrid.kind_pages", "heat_pump")
    assert "### heat_pump" in (project / "docs" / "kinds.md").read_text(encoding="utf-8")
    assert (project / "docs" / "img" / "kinds" / "heat_pump.png").exists()


def test_the_new_kind_is_published_validated_and_stored(project):
    demo = ["demo", "--fleet", "street.toml", "--duration", "6", "--store", "s.duckdb"]
    run(project, "-m", "snowgrid", *demo)
    with duckdb.connect(str(project / "s.duckdb"), read_only=True) as database:
        rows, devices, coldest, words = database.execute(
            "SELECT count(*), count(DISTINCT device), min(flow_temperature_c), "
            "count(*) FILTER (pump_state IN ('off', 'heating')) FROM heat_pump"
        ).fetchall()[0]
    assert devices == 20
    assert rows == words >= 20
    assert coldest > -20


def test_the_new_kind_keeps_what_all_kinds_promise(project):
    tests = "tests/devices/kinds/test_every_kind.py"
    said = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider", tests, "-k", "heat_pump")
    assert " passed" in said
    assert "failed" not in said

"""What most of these tests begin with."""

import time
from pathlib import Path

import pytest

from tests.end_to_end.databases import InDuckdb, InInfluxdb, Kept
from tests.end_to_end.meters import Meters
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch


@pytest.fixture
def broker(tmp_path: Path, launch: Launch) -> Mosquitto:
    """A broker of the test's own that keeps sessions and messages over a restart."""
    return launch(Mosquitto(tmp_path / "broker", persistence=True))


@pytest.fixture(params=["influxdb", "duckdb"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """Each of the two stores."""
    if request.param == "duckdb":
        return InDuckdb(tmp_path / "snowgrid.duckdb")
    return InInfluxdb(request.getfixturevalue("influxdb"))


@pytest.fixture
def meters() -> Meters:
    """Meters whose first reading is half an hour old."""
    return Meters(start_ms=time.time_ns() // 1_000_000 - 1_800_000)

"""The dashboards of this release, and a database that holds an evening for them."""

import json
import os
import secrets
import urllib.request

import pytest

from dashboards.boards import all_boards
from dashboards.grafana.files import files_of
from dashboards.grafana.wording import Macros
from dashboards.model.board import Board
from dashboards.model.query import Database as Kept
from devices.registry import kinds
from ingest.core.rows import Bucket
from ingest.rules.files import load_rules
from ingest.spool.lines import cut
from snowgrid.dashboards.facts import facts_of
from tests.dashboards.grafana.evening import lines
from tests.dashboards.grafana.grafana import Json
from tests.servers.influxdb2 import RealInfluxdb2
from tests.servers.influxql import TIMEOUT_S, Database

LINES_OF_A_WRITE, MOST_BODY_BYTES = 1_000, 900_000
BOARDS = {board.uid: board for board in all_boards(facts_of(kinds(), load_rules((), kinds())))}


@pytest.fixture(scope="session")
def evening(request: pytest.FixtureRequest) -> Database:
    """A bucket, and one of rollups, that hold `tests.dashboards.grafana.evening`."""
    server = RealInfluxdb2.from_environment(os.environ)
    server = server or request.getfixturevalue("shared_facade")
    database: Database = server.create_bucket(f"boards_{secrets.token_hex(4)}")
    server.create_bucket(database.rollups.name)
    written = lines()
    _write(database, written[Bucket.RAW])
    _write(database.rollups, written[Bucket.ROLLUP])
    return database


@pytest.fixture(scope="session")
def dashboards(evening: Database) -> dict[str, Json]:
    """All dashboards by uid, about the buckets of `evening`."""
    macros = Macros(buckets={Kept.RAW: evening.name, Kept.ROLLUP: evening.rollups.name})
    return parsed(macros)


def parsed(macros: Macros) -> dict[str, Json]:
    """Return all dashboards by uid, as Grafana would read them."""
    texts = files_of(BOARDS.values(), macros)
    return {name.removesuffix(".json"): json.loads(text) for name, text in texts.items()}


def asking_influxdb() -> list[Board]:
    """Return the boards that ask InfluxDB."""
    return [board for board in BOARDS.values() if not board.asks_prometheus]


def _write(database: Database, lines: bytes) -> None:
    for body, _ in cut(lines, max_lines=LINES_OF_A_WRITE, max_bytes=MOST_BODY_BYTES):
        _write_body(database, body)


def _write_body(database: Database, body: bytes) -> None:
    request = urllib.request.Request(
        f"{database.url}/api/v2/write?org={database.org}&bucket={database.name}&precision=ms",
        body,
        {"Authorization": f"Token {database.token}"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
        assert response.status == 204

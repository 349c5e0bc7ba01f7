import socket
from pathlib import Path

import pytest

from ingest.check.finding import Finding, Verdict
from ingest.check.influxdb import check_influxdb, check_reading_back
from ingest.settings_stores import InfluxdbSettings
from tests.servers.facade import Facade
from tests.servers.faults import Answer
from tests.servers.influxql import Database
from tests.servers.process import free_port
from tests.servers.victoria_metrics import VictoriaMetrics

TIMEOUT_S = 5.0


def at(database: Database, **more: object) -> InfluxdbSettings:
    given = {"url": database.url, "org": database.org, "token": database.token}
    return InfluxdbSettings.model_validate(given | {"bucket": database.name} | more)


async def check(settings: InfluxdbSettings) -> Finding:
    return await check_influxdb(settings, TIMEOUT_S)


async def test_a_database_that_takes_our_writes_is_good(influxdb: Database) -> None:
    found = await check(at(influxdb))
    assert found.verdict is Verdict.GOOD, found


async def test_victoria_metrics_is_good_without_a_token(victoria_metrics: VictoriaMetrics) -> None:
    found = await check(InfluxdbSettings(url=victoria_metrics.url))
    assert found.verdict is Verdict.GOOD, found


@pytest.mark.parametrize(
    ("given", "fix"),
    [
        ({"token": "another-token"}, "store.influxdb.token"),
        ({"token": None}, "store.influxdb.token"),
        ({"org": "nobody"}, "store.influxdb.org"),
        ({"bucket": "nothing"}, "bucket"),
    ],
)
async def test_what_the_database_refuses_is_told_with_the_key(
    influxdb: Database, given: dict[str, object], fix: str
) -> None:
    found = await check(at(influxdb, **given))
    assert found.verdict is Verdict.WRONG
    assert fix in found.what
    assert "another-token" not in found.what


async def test_a_database_that_is_not_well_is_told(facade: Facade) -> None:
    database = facade.create_bucket("unwell")
    facade.faults.next(Answer(503))
    found = await check(at(database))
    assert found.verdict is Verdict.WRONG
    assert "503" in found.what


async def test_nobody_listening_is_told_with_the_url() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    found = await check(InfluxdbSettings(url=url))
    assert found.verdict is Verdict.WRONG
    assert url in found.what
    assert "store.influxdb.url" in found.fix


async def test_a_silent_server_is_told_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        found = await check_influxdb(InfluxdbSettings(url=url), 0.2)
    assert "no answer within 0.2 s" in found.what


async def test_a_missing_token_file_is_told(tmp_path: Path) -> None:
    found = await check(InfluxdbSettings(token_file=tmp_path / "none"))
    assert found.what.startswith("store.influxdb.token_file: ")


async def test_readings_that_can_be_read_back_are_good(influxdb: Database) -> None:
    found = await check_reading_back(at(influxdb), TIMEOUT_S)
    assert found.verdict is Verdict.GOOD, found


async def test_readings_that_cannot_be_read_back_are_doubtful_and_the_fix_is_told(
    influxdb: Database,
) -> None:
    found = await check_reading_back(at(influxdb, token="write-only"), TIMEOUT_S)
    assert found.verdict is Verdict.DOUBTFUL
    assert "give the token read permission" in found.what

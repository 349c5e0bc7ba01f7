"""The facade answers as InfluxDB 2 does, and as badly as it is told to."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import MappingProxyType

import pytest
from aiohttp import ClientConnectionError, ClientResponse, ClientSession

from tests.eventually import eventually
from tests.servers.facade import Facade
from tests.servers.faults import Answer, Disconnect, Faults, Hang
from tests.servers.influxd import Influxd
from tests.servers.influxql import Database
from tests.servers.process import Launch

NOTHING: Mapping[str, str] = MappingProxyType({})
GOOD = b"m,site=a x=1 1\nm,site=b x=2 1\nm,site=a y=3 2"


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


async def write(
    http: ClientSession, database: Database, body: bytes, params: Mapping[str, str] = NOTHING
) -> tuple[int, str]:
    """Write and return status and error code."""
    async with post(http, database, body, params) as answer:
        return answer.status, (await answer.json())["code"] if answer.status != 204 else ""


def post(
    http: ClientSession,
    database: Database,
    body: bytes,
    params: Mapping[str, str] = NOTHING,
    headers: Mapping[str, str] = NOTHING,
) -> AbstractAsyncContextManager[ClientResponse]:
    where = {"org": database.org, "bucket": database.name, "precision": "ms"}
    return http.post(
        f"{database.url}/api/v2/write",
        params=where | dict(params),
        data=body,
        headers={"Authorization": f"Token {database.token}", **headers},
    )


async def test_good_lines_are_written_and_counted(http: ClientSession, influxdb: Database) -> None:
    assert await write(http, influxdb, GOOD) == (204, "")
    assert influxdb.count("m") == 3
    assert influxdb.count("m", "x") == 2
    assert influxdb.count("nothing") == influxdb.count("nothing", "x") == 0
    assert influxdb.measurements() == ["m"]
    assert influxdb.rows("m")[-1] == {"time": 2, "site": "a", "x": None, "y": 3}


async def test_a_line_that_cannot_be_parsed_keeps_its_neighbours_out(
    http: ClientSession, influxdb: Database
) -> None:
    assert await write(http, influxdb, GOOD + b"\nm,site=c x=") == (400, "invalid")
    assert influxdb.count("m") == 0


async def test_a_conflict_of_types_costs_only_the_conflicting_line(
    http: ClientSession, influxdb: Database
) -> None:
    await write(http, influxdb, GOOD)
    body = b'm,site=a x="text" 5\nm,site=a x=1 6'
    assert await write(http, influxdb, body) == (422, "unprocessable entity")
    assert influxdb.count("m") == 4


async def test_a_conflict_of_types_does_not_hide_a_line_that_cannot_be_parsed(
    http: ClientSession, influxdb: Database
) -> None:
    await write(http, influxdb, GOOD)
    body = b'm,site=a x="text" 5\nnonsense\nm,site=a x=1 6'
    assert await write(http, influxdb, body) == (400, "invalid")
    assert influxdb.count("m") == 3


@pytest.mark.parametrize(
    ("params", "answer"),
    [
        ({"bucket": "nowhere"}, (404, "not found")),
        ({"org": "nobody"}, (404, "not found")),
        ({"precision": "h"}, (400, "invalid")),
    ],
)
async def test_a_misaddressed_write_is_refused(
    http: ClientSession, influxdb: Database, params: dict[str, str], answer: tuple[int, str]
) -> None:
    assert await write(http, influxdb, GOOD, params) == answer


async def test_an_empty_body_is_refused(http: ClientSession, influxdb: Database) -> None:
    assert await write(http, influxdb, b"") == (400, "invalid")


async def test_a_wrong_token_neither_writes_nor_reads(
    http: ClientSession, influxdb: Database
) -> None:
    wrong = {"Authorization": "Token wrong"}
    async with post(http, influxdb, GOOD, headers=wrong) as answer:
        assert answer.status == 401
    async with http.get(f"{influxdb.url}/query", params={"q": "SHOW DATABASES"}) as answer:
        assert answer.status == 401


async def test_a_compressed_body_is_unpacked(http: ClientSession, influxdb: Database) -> None:
    async with post(
        http, influxdb, gzip.compress(GOOD), headers={"Content-Encoding": "gzip"}
    ) as answer:
        assert answer.status == 204
    assert influxdb.count("m") == 3


async def test_ping_and_health_need_no_token(http: ClientSession, influxdb: Database) -> None:
    async with http.get(f"{influxdb.url}/ping") as answer:
        assert answer.status == 204
    async with http.get(f"{influxdb.url}/health") as answer:
        assert (await answer.json())["status"] == "pass"


async def test_faults_strike_once_each_and_in_order(
    http: ClientSession, influxdb: Database, facade: Facade, faults: Faults
) -> None:
    faults.next(Answer(503), Answer(429, retry_after_s=2))
    assert await write(http, influxdb, GOOD) == (503, "unavailable")
    async with post(http, influxdb, GOOD) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "2")
    assert influxdb.count("m") == 0
    assert await write(http, influxdb, GOOD) == (204, "")
    assert [(call.status, call.lines) for call in facade.writes] == [(503, 3), (429, 3), (204, 3)]


async def test_a_large_body_is_refused_for_its_size(
    http: ClientSession, influxdb: Database, faults: Faults
) -> None:
    faults.max_body_bytes = len(GOOD) - 1
    assert await write(http, influxdb, GOOD) == (413, "request too large")
    assert await write(http, influxdb, GOOD[: GOOD.rindex(b"\n")]) == (204, "")


@pytest.mark.parametrize(("after_write", "written"), [(False, 0), (True, 3)])
async def test_a_lost_answer_does_not_tell_whether_lines_were_written(
    http: ClientSession, influxdb: Database, faults: Faults, *, after_write: bool, written: int
) -> None:
    faults.next(Disconnect(after_write=after_write))
    with pytest.raises(ClientConnectionError):
        await write(http, influxdb, GOOD)
    assert influxdb.count("m") == written


async def test_a_hanging_call_holds_up_no_other(
    http: ClientSession, influxdb: Database, faults: Faults
) -> None:
    faults.next(Hang())
    hanging = asyncio.create_task(write(http, influxdb, GOOD))
    await eventually(lambda: not faults.waiting)
    assert await write(http, influxdb, GOOD) == (204, "")
    assert not hanging.done()
    hanging.cancel()


async def test_a_stopped_facade_refuses_and_comes_back_on_its_port(
    http: ClientSession, influxd: Influxd
) -> None:
    with Facade(influxd) as facade:
        bucket = facade.create_bucket("comes_back")
        facade.stop()
        with pytest.raises(ClientConnectionError):
            await write(http, bucket, GOOD)
        facade.start()
        assert await write(http, bucket, GOOD) == (204, "")


async def test_what_was_written_survives_the_death_of_the_database(
    http: ClientSession, launch: Launch, tmp_path: Path
) -> None:
    influxd = launch(Influxd(tmp_path / "influxd"))
    with Facade(influxd) as facade:
        bucket = facade.create_bucket("telemetry")
        assert await write(http, bucket, GOOD) == (204, "")
        influxd.kill()
        assert await write(http, bucket, GOOD) == (503, "unavailable")
        influxd.start()
        assert await write(http, bucket, GOOD) == (204, "")
        assert bucket.count("m") == 3

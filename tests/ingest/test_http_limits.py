"""The service's pages and the boards', asked by those who mean them no good."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest

from dashboards.web.server import Address, Shown
from dashboards.web.server import serving as serving_boards
from devices.http_limits import HttpLimits
from ingest.http import serving as serving_health
from ingest.settings import HttpSettings
from ingest.vitals import Vitals
from tests.dashboards.web.served import NOW_MS, few_rows

HEALTH, BOARDS = "/healthz", "/api/boards"
Serving = Callable[[HttpLimits], AbstractAsyncContextManager[str]]


def health(limits: HttpLimits) -> AbstractAsyncContextManager[str]:
    return serving_health(HttpSettings(port=0), Vitals(started_at=0, broker="b"), limits=limits)


def boards(limits: HttpLimits) -> AbstractAsyncContextManager[str]:
    shown = Shown(boards=(), reader=few_rows())
    return serving_boards(shown, Address(), lambda: NOW_MS, limits=limits)


both = pytest.mark.parametrize(("serving", "path"), [(health, HEALTH), (boards, BOARDS)])


@asynccontextmanager
async def connected(
    url: str,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
    try:
        yield reader, writer
    finally:
        writer.close()


async def answered(url: str, path: str) -> int:
    async with aiohttp.ClientSession(url) as client, client.get(path) as answer:
        return answer.status


@both
async def test_who_sends_a_request_too_slowly_is_cut_off(serving: Serving, path: str):
    async with serving(HttpLimits(first_request_s=0.05)) as url:
        async with connected(url) as (reader, writer):
            writer.write(f"GET {path} HTTP/1.1\r\nHost: ".encode())
            assert (await reader.read()).startswith(b"HTTP/1.1 408 ")
        assert await answered(url, path) == 200


@both
async def test_who_has_asked_once_may_take_longer_than_a_first_request(serving: Serving, path: str):
    async with serving(HttpLimits(first_request_s=0.05)) as url, aiohttp.ClientSession(url) as one:
        for _ in range(2):
            async with one.get(path) as answer:
                assert answer.status == 200
            await asyncio.sleep(0.1)


@both
async def test_endless_headers_are_cut_off(serving: Serving, path: str):
    async with serving(HttpLimits(request_bytes=20_000)) as url, connected(url) as (reader, writer):
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n".encode())
        writer.write(b"".join(b"X-%d: %s\r\n" % (n, b"x" * 1_000) for n in range(30)))
        assert (await reader.read(100)).startswith(b"HTTP/1.1 431 ")


@both
async def test_more_connections_than_the_limit_are_turned_away_and_room_is_made(
    serving: Serving, path: str
):
    async with serving(HttpLimits(connections=2)) as url:
        async with connected(url), connected(url), connected(url) as (reader, _):
            assert (await reader.read()).startswith(b"HTTP/1.1 503 ")
        async with asyncio.timeout(20):
            for _ in range(5):
                while await answered(url, path) != 200:
                    pass  # those who left have not been missed yet


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "OPTIONS", "PUT", "BREW"])
@both
async def test_a_method_that_nobody_needs_is_refused(serving: Serving, path: str, method: str):
    async with serving(HttpLimits()) as url, connected(url) as (reader, writer):
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert (await reader.readline()).split()[1] in {b"400", b"404", b"405", b"413", b"421"}

"""Stands in front of a database, passes calls on, and misbehaves when told to.

An InfluxDB 1 gets what it lacks of InfluxDB 2 on the way: the path of the write call, whose bucket
is its database.
"""

import asyncio
from dataclasses import dataclass
from typing import Self

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, hdrs, web

from ingest.errors import ConfigError
from snowgrid.servers.process import Server

WRITE = "/api/v2/write"
WRITE_1 = "/write"
MOST_BODY_BYTES = 512 * 1024 * 1024
CLOSING_S = 0.5
HEADERS = (hdrs.ACCEPT, hdrs.CONTENT_TYPE)  # a body was uncompressed when it was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Misbehaviour:
    """How it answers; without any of these, as the database does.

    Attributes:
        delay_s: So much later.
        answer: With this HTTP status, having done nothing; 0 for that of the database.
        hang: Not at all.
    """

    delay_s: float = 0.0
    answer: int = 0
    hang: bool = False


WELL = Misbehaviour()


class StoreFront:
    """Serves on loopback for as long as it is entered.

    Args:
        upstream: Base URL of the database.

    Attributes:
        misbehaviour: Of all calls that come from now on.
        url: Base URL to give to a service.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream
        self.misbehaviour = WELL
        self.url = ""

    async def __aenter__(self) -> Self:
        self._session = ClientSession(timeout=ClientTimeout(total=None))
        app = web.Application(client_max_size=MOST_BODY_BYTES)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=CLOSING_S
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, Server.host, 0).start()
        _, port = self._runner.addresses[0][:2]
        self.url = f"http://{Server.host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def create_bucket(self, name: str) -> None:
        """Make a bucket, which is a database to an InfluxDB 1.

        Raises:
            ConfigError: The database does not know how.
        """
        asked = {"q": f'CREATE DATABASE "{name}"'}
        async with self._session.post(f"{self._upstream}/query", params=asked) as answer:
            if answer.status != 200:
                raise ConfigError(
                    f"the database that was started cannot make a bucket ({answer.status}); this "
                    "needs an InfluxDB 1: give another one with --broker, --service and --verify"
                )

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        now = self.misbehaviour
        if now.hang:
            await asyncio.Event().wait()
        if now.delay_s:
            await asyncio.sleep(now.delay_s)
        if now.answer:
            text = f'{{"code": "unavailable", "message": "told to answer {now.answer}"}}'
            return web.Response(status=now.answer, text=text, content_type="application/json")
        try:
            return await self._passed_on(request, body)
        except ClientConnectionError as error:
            return web.Response(status=503, text=f"the database is down: {error}")

    async def _passed_on(self, request: web.Request, body: bytes) -> web.StreamResponse:
        path, query = request.path, dict(request.query)
        if path == WRITE:
            path, query = WRITE_1, {"db": query["bucket"], "precision": query["precision"]}
        headers = {name: request.headers[name] for name in HEADERS if name in request.headers}
        asked = self._session.request(
            request.method, self._upstream + path, params=query, data=body, headers=headers
        )
        async with asked as answer:
            passed = web.StreamResponse(status=answer.status)
            passed.content_type = answer.content_type
            await passed.prepare(request)
            async for chunk in answer.content.iter_any():
                await passed.write(chunk)
            await passed.write_eof()
            return passed

"""Serves the boards to browsers, of this machine unless told otherwise; `web.api` says what."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from dashboards.errors import CannotListen
from dashboards.model.board import Board
from dashboards.readers.base import Reader
from dashboards.web import pages
from dashboards.web.api import Api, told_as_json
from dashboards.web.guard import Handler, add_headers, guard
from devices.http_limits import KIB, Doorkeeper, HttpLimits

LOOPBACK = "127.0.0.1"
MOST_BODY_BYTES = 256 * 1024
SHUTDOWN_S = 1.0
LIMITS = HttpLimits(request_bytes=MOST_BODY_BYTES + 16 * KIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to listen.

    Attributes:
        host: Name or address; loopback lets nobody else in.
        port: 0 takes a free one.
    """

    host: str = LOOPBACK
    port: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is served.

    Attributes:
        boards: Those that ask Prometheus are left out, which only Grafana can.
        reader: Of the store; the caller opens and closes it.
    """

    boards: Sequence[Board]
    reader: Reader


@asynccontextmanager
async def serving(
    shown: Shown, address: Address, now_ms: Callable[[], int], *, limits: HttpLimits = LIMITS
) -> AsyncIterator[str]:
    """Serve boards while the context lasts; yields the base URL, without a slash at its end.

    Args:
        shown: What.
        address: Where.
        now_ms: Unix milliseconds.
        limits: What is taken from those who ask.

    Raises:
        CannotListen: Somebody else does, or the address is not ours.
    """
    door = Doorkeeper(limits)
    runner = web.AppRunner(
        _application(shown, address, now_ms, door),
        access_log=None,
        lingering_time=0,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    try:
        if runner.server is None:
            raise RuntimeError("the runner is not set up")
        listener = await _listen(door.guard(runner.server), address)
        try:
            yield _url_of(listener)
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _application(
    shown: Shown, address: Address, now_ms: Callable[[], int], door: Doorkeeper
) -> web.Application:
    @web.middleware
    async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
        door.arrived(request.transport)
        return await handler(request)

    api = Api(shown.boards, shown.reader, now_ms)
    application = web.Application(
        client_max_size=MOST_BODY_BYTES, middlewares=[told, guard(address.host), told_as_json]
    )
    application.router.add_routes([*api.routes(), *pages.routes()])
    application.on_response_prepare.extend((add_headers, pages.let_be_kept))
    return application


async def _listen(make: Callable[[], asyncio.Protocol], address: Address) -> asyncio.Server:
    try:
        loop = asyncio.get_running_loop()
        return await loop.create_server(make, address.host, address.port)
    except OSError as error:
        # asyncio repeats the address in its text; an unknown name has no errno above 0.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror
        raise CannotListen(
            f"cannot listen on {address.host}:{address.port}: {reason}; "
            "--port takes another one, 0 any that is free"
        ) from error


def _url_of(listener: asyncio.Server) -> str:
    host, port = listener.sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

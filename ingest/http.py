"""What the service says of itself over HTTP.

`/metrics` for Prometheus, `/healthz` and `/readyz` for whoever restarts it, `/alerts` for what
fires, `/alerts/explain?rule=…&site=…&device=…` for why. Nothing is changed here, except that who is
on this machine may have settings and rules read anew: `POST /reload`.
"""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from time import monotonic

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client.exposition import choose_encoder

from devices.http_limits import Doorkeeper, HttpLimits
from ingest.alerts.forms import as_json
from ingest.errors import ConfigError
from ingest.http_reload import PATH, reload_by
from ingest.metrics import registry_of
from ingest.settings import HttpSettings
from ingest.vitals import Vitals, readiness

KEEP_ALIVE_S = 30.0
LONGEST_LINE_BYTES = 2_048
SHUTDOWN_S = 1.0
LIMITS = HttpLimits()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(
    settings: HttpSettings,
    vitals: Vitals,
    clock: Callable[[], float] = monotonic,
    *,
    inherited: socket.socket | None = None,
    limits: HttpLimits = LIMITS,
) -> AsyncIterator[str]:
    """Serve metrics and health while the context lasts; yields the base URL.

    Args:
        settings: Where to listen; `enabled` is the caller's to heed.
        vitals: State of the service, read at every request.
        clock: Monotonic seconds, as in `vitals`.
        inherited: A listening socket to use instead.
        limits: What is taken from those who ask.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    application = application_of(settings, vitals, clock)
    async with answering(application, settings, inherited, limits=limits) as url:
        yield url


@asynccontextmanager
async def answering(
    application: web.Application,
    settings: HttpSettings,
    inherited: socket.socket | None = None,
    *,
    limits: HttpLimits = LIMITS,
) -> AsyncIterator[str]:
    """Answer requests while the context lasts; yields the base URL.

    Args:
        application: What answers; not used before.
        settings: Where to listen.
        inherited: A listening socket to use instead.
        limits: What is taken from those who ask.

    Raises:
        ConfigError: The address cannot be listened on.
    """
    door = Doorkeeper(limits)
    application.middlewares.insert(0, _telling(door))
    runner = web.AppRunner(
        application,
        access_log=None,
        keepalive_timeout=KEEP_ALIVE_S,
        max_line_size=LONGEST_LINE_BYTES,
        lingering_time=0,
        shutdown_timeout=SHUTDOWN_S,
    )
    await runner.setup()
    try:
        listener = await _listen(door.guard(_server_of(runner)), settings, inherited)
        try:
            yield _url_of(listener)
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _server_of(runner: web.AppRunner) -> Callable[[], asyncio.Protocol]:
    if runner.server is None:
        raise RuntimeError("the runner is not set up")
    return runner.server


def _telling(door: Doorkeeper) -> Middleware:
    @web.middleware
    async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
        door.arrived(request.transport)
        return await handler(request)

    return told


async def _listen(
    make: Callable[[], asyncio.Protocol], settings: HttpSettings, inherited: socket.socket | None
) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if inherited is not None:
        return await loop.create_server(make, sock=inherited)
    try:
        return await loop.create_server(make, settings.host, settings.port)
    except OSError as error:
        # asyncio repeats the address in its text; an unknown name has no errno above 0.
        number = error.errno or 0
        reason = os.strerror(number) if number > 0 else error.strerror
        raise ConfigError(
            f"http.port: cannot listen on {settings.host}:{settings.port}: {reason};"
            " set http.port to a free one (0 takes any), or http.enabled to false"
        ) from error


def _url_of(listener: asyncio.Server) -> str:
    host, port = listener.sockets[0].getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def application_of(
    settings: HttpSettings, vitals: Vitals, clock: Callable[[], float]
) -> web.Application:
    """Return what answers for one service."""
    registry = registry_of(vitals, clock)

    async def metrics(request: web.Request) -> web.Response:
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"alive": True, "uptime_s": round(clock() - vitals.started_at, 3)})

    async def ready(_: web.Request) -> web.Response:
        state = readiness(vitals, now=clock(), max_age_s=settings.ready_max_age_s)
        answer = {"ready": state.ready, "failing": state.failing, "notes": state.notes}
        return web.json_response(answer, status=200 if state.ready else 503)

    async def alerts(_: web.Request) -> web.Response:
        return web.json_response({"alerts": [as_json(alert) for alert in vitals.firing()]})

    async def explain(request: web.Request) -> web.Response:
        return _explanation(vitals, request.query)

    application = web.Application(middlewares=[refuse_bodies])
    application.router.add_get("/metrics", metrics)
    application.router.add_get("/healthz", alive)
    application.router.add_get("/readyz", ready)
    application.router.add_get("/alerts", alerts)
    application.router.add_get("/alerts/explain", explain)
    application.router.add_post(PATH, reload_by(lambda: vitals.reload))
    return application


def _explanation(vitals: Vitals, query: Mapping[str, str]) -> web.Response:
    if vitals.explain is None:
        return web.json_response({"error": "alerts.enabled is false"}, status=404)
    missing = [name for name in ("rule", "site") if name not in query]
    if missing:
        return web.json_response({"error": f"want {', '.join(missing)}"}, status=400)
    try:
        explained = vitals.explain(query["rule"], query["site"], query.get("device", ""))
    except LookupError as error:
        return web.json_response({"error": str(error)}, status=404)
    return web.json_response(asdict(explained))


@web.middleware
async def refuse_bodies(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer no request that brings a body."""
    if request.body_exists:
        raise web.HTTPRequestEntityTooLarge(max_size=0, actual_size=request.content_length or 1)
    return await handler(request)

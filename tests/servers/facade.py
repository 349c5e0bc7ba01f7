"""InfluxDB 2's write call in front of an InfluxDB 1.6, which has none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import ClientConnectionError, ClientSession, hdrs, web
from aiohttp.typedefs import Handler

from tests.servers.faults import Answer, Disconnect, Fault, Faults, Hang
from tests.servers.in_thread import ServerThread
from tests.servers.influxd import Influxd
from tests.servers.influxql import Database

PRECISIONS = {"ns": "n", "us": "u", "ms": "ms", "s": "s"}
CODES = {
    400: "invalid",
    401: "unauthorized",
    403: "forbidden",
    404: "not found",
    413: "request too large",
    422: "unprocessable entity",
    429: "too many requests",
    500: "internal error",
    503: "unavailable",
}
MAX_BODY_BYTES = 512 * 1024 * 1024
SCRATCH = "parse_only_{bucket}"
CANNOT_PARSE = "unable to parse"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCall:
    """One write call the facade has seen.

    Attributes:
        bucket: As asked for.
        lines: How many the body had.
        body_bytes: Its size, uncompressed.
        gzip: Whether it came compressed.
        status: What was answered; 0 for no answer.
    """

    bucket: str
    lines: int
    body_bytes: int
    gzip: bool
    status: int


class Facade(ServerThread):
    """An InfluxDB 2 as far as Snowgrid can tell: tokens, buckets, writes, InfluxQL, health.

    Like InfluxDB 2, it writes nothing when a line cannot be parsed (400), and the good lines when
    a field has another type than before (422).

    Attributes:
        faults: Decides how the coming writes go wrong.
        writes: Every write call so far, in the order of the answers.
    """

    org = "snowgrid"
    token = "test-token"

    def __init__(self, influxd: Influxd) -> None:
        super().__init__(self._app)
        self.faults = Faults()
        self.writes: list[WriteCall] = []
        self._influxd = influxd
        self._buckets: set[str] = set()

    def create_bucket(self, name: str) -> Database:
        """Create a bucket if it is not there."""
        self._influxd.create_database(name)
        self._influxd.create_database(SCRATCH.format(bucket=name))
        self._buckets.add(name)
        return Database(url=self.url, name=name, org=self.org, token=self.token)

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[self._authorized])
        app.router.add_post("/api/v2/write", self._write)
        app.router.add_route("*", "/query", self._query)
        app.router.add_get("/ping", self._ping)
        app.router.add_get("/health", self._health)
        app.cleanup_ctx.append(self._session)
        return app

    async def _session(self, _app: web.Application) -> AsyncIterator[None]:
        async with ClientSession(f"{self._influxd.url}/") as self._http:
            yield

    @web.middleware
    async def _authorized(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        sent = request.headers.get(hdrs.AUTHORIZATION)
        if request.path not in {"/ping", "/health"} and sent != f"Token {self.token}":
            return refusal(401, "unauthorized access")
        return await handler(request)

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"name": "influxdb", "status": "pass", "checks": []})

    async def _query(self, request: web.Request) -> web.Response:
        form = {**request.query, **await request.post()}
        accept = request.headers.get(hdrs.ACCEPT, "*/*")
        async with self._http.post("query", data=form, headers={hdrs.ACCEPT: accept}) as answer:
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type
            )

    async def _write(self, request: web.Request) -> web.Response:
        body = await request.read()
        fault = self.faults.take(len(body))
        response = await self._answer(request, body, fault)
        self.writes.append(
            WriteCall(
                bucket=request.query.get("bucket", ""),
                lines=len(body.splitlines()),
                body_bytes=len(body),
                gzip=request.headers.get(hdrs.CONTENT_ENCODING) == "gzip",
                status=0 if isinstance(fault, Disconnect) else response.status,
            )
        )
        return response

    async def _answer(self, request: web.Request, body: bytes, fault: Fault | None) -> web.Response:
        match fault:
            case Answer(status, retry_after_s):
                return refusal(status, "a fault for the test", retry_after_s)
            case Hang():
                await asyncio.Event().wait()
            case Disconnect(after_write=False):
                return disconnected(request)
        try:
            response = await self._written(request, body)
        except ClientConnectionError as error:
            response = refusal(503, f"the database behind the facade is down: {error}")
        return disconnected(request) if fault else response

    async def _written(self, request: web.Request, body: bytes) -> web.Response:
        if refused := self._misaddressed(request):
            return refused
        if not body.strip():
            return refusal(400, "writing requires points")
        bucket = request.query["bucket"]
        precision = PRECISIONS[request.query.get("precision", "ns")]
        if complaint := await self._unparsable(bucket, body, precision):
            return refusal(400, complaint)
        if complaint := await self._post(bucket, body, precision):
            return refusal(422, f"failure writing points to database: {complaint}")
        return web.Response(status=204)

    def _misaddressed(self, request: web.Request) -> web.Response | None:
        org, bucket = request.query.get("org", ""), request.query.get("bucket", "")
        if org != self.org:
            return refusal(404, f'organization name "{org}" not found')
        if bucket not in self._buckets:
            return refusal(404, f'bucket "{bucket}" not found')
        if request.query.get("precision", "ns") not in PRECISIONS:
            return refusal(400, "invalid precision; valid precision units are ns, us, ms, and s")
        return None

    async def _unparsable(self, bucket: str, body: bytes, precision: str) -> str:
        """Return what InfluxDB's own parser says against any line, without writing.

        InfluxDB 1.6 writes the lines it can parse beside the one it cannot, so all are tried in
        a database nobody reads. A conflict of types hides what the parser said; then every line
        is tried alone.
        """
        scratch = SCRATCH.format(bucket=bucket)
        complaint = await self._post(scratch, body, precision)
        if complaint and CANNOT_PARSE not in complaint:
            alone = [await self._post(scratch, line, precision) for line in body.splitlines()]
            complaint = "\n".join(text for text in alone if CANNOT_PARSE in text)
        return complaint.removeprefix("partial write: ").removesuffix(" dropped=0")

    async def _post(self, database: str, body: bytes, precision: str) -> str:
        """Write to InfluxDB 1.6 and return its complaint, empty when it has none."""
        params = {"db": database, "precision": precision}
        async with self._http.post("write", params=params, data=body) as answer:
            if answer.status == 204:
                return ""
            if answer.status != 400:
                raise ClientConnectionError(f"{answer.status}: {await answer.text()}")
            return str((await answer.json())["error"])


def refusal(status: int, message: str, retry_after_s: float | None = None) -> web.Response:
    """Return an error as InfluxDB 2 words it."""
    headers = {} if retry_after_s is None else {hdrs.RETRY_AFTER: f"{retry_after_s:g}"}
    body = {"code": CODES.get(status, "internal error"), "message": message}
    return web.json_response(body, status=status, headers=headers)


def disconnected(request: web.Request) -> web.Response:
    """Close the connection; the response returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()

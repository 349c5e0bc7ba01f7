"""The InfluxQL call that InfluxDB 1, 2 and 3 have in common, its answers as they stream in.

InfluxDB 2 answers it for every bucket that is mapped to a database, which it does by itself for
buckets made since version 2.1; https://docs.influxdata.com/influxdb/v2/query-data/influxql/dbrp/
tells how to map another.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from types import TracebackType
from typing import Self

import aiohttp
import msgspec

from devices.tls import wants_tls
from ingest.errors import StoreBusy, StoreDenied, StoreError
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_tls import WORDS, make_context, no_connection

CHUNK_ROWS = 5_000
ANSWER_S = 60.0  # the database may have to look for a while before its first byte
MOST_SAID = 300  # characters of an answer that are shown to a person

Value = float | str | bool | None


class Series(msgspec.Struct):
    """Rows of one set of tags; a long series comes in several parts.

    Attributes:
        columns: `time` in Unix milliseconds, then what was selected.
        values: The rows.
        tags: Those that the query groups by.
    """

    columns: list[str]
    values: list[list[Value]]
    tags: dict[str, str] = {}


class Result(msgspec.Struct):
    """What a statement gave, or a part of it."""

    series: list[Series] = []
    error: str = ""


class Answer(msgspec.Struct):
    """A line of the answer."""

    results: list[Result] = []
    error: str = ""


class InfluxdbQuery:
    """Asks one bucket in InfluxQL. Enter it inside a running event loop."""

    def __init__(self, settings: InfluxdbSettings) -> None:
        self._settings = settings
        self._where = f"{settings.url} (bucket {settings.bucket!r})"
        self._decode = msgspec.json.Decoder(Answer).decode

    async def __aenter__(self) -> Self:
        token = self._settings.read_token()
        tls = make_context(self._settings)
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Token {token}"} if token else {},
            connector=aiohttp.TCPConnector(ssl=tls or True),
            timeout=aiohttp.ClientTimeout(
                total=None, connect=self._settings.timeout_s, sock_read=ANSWER_S
            ),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def ask(self, influxql: str) -> AsyncGenerator[Series, None]:
        """Yield the series of an answer, in parts of at most 5,000 rows, as they arrive.

        Raises:
            StoreBusy: It cannot answer now.
            StoreDenied: It does not let us read, or does not understand.
        """
        form = {
            "db": self._settings.bucket,
            "q": influxql,
            "epoch": "ms",
            "chunked": "true",
            "chunk_size": str(CHUNK_ROWS),
        }
        url = f"{self._settings.url.rstrip('/')}/query"
        try:
            async with self._session.post(url, data=form) as response:
                if response.status != 200:
                    raise self._error(response.status, await response.text())
                async for line in _lines(response.content):
                    for series in self._series(line):
                        yield series
        except TimeoutError as error:
            raise StoreBusy(f"{self._where}: no answer to a query in time") from error
        except (aiohttp.ClientError, OSError) as error:
            raise no_connection(self._where, error, self._settings) from error

    def _series(self, line: bytes) -> list[Series]:
        try:
            answer = self._decode(line)
        except msgspec.DecodeError as error:
            raise StoreDenied(
                f"{self._where}: no InfluxQL answer, check store.influxdb.url: {error}"
            ) from error
        for said in (answer.error, *(result.error for result in answer.results)):
            if said:
                raise self._error(200, said)
        return [series for result in answer.results for series in result.series]

    def _error(self, status: int, said: str) -> StoreError:
        message = f"{self._where}: {status} {said.strip()[:MOST_SAID]}"
        if wants_tls(said):
            return StoreDenied(f"{self._where}: this port wants TLS; {WORDS.use_tls}")
        if status in {408, 425, 429} or status >= 500 or "timeout" in said:
            return StoreBusy(message)
        if status in {401, 403}:
            return StoreDenied(f"{message}; give the token read permission for the bucket")
        return StoreDenied(
            f"{message}; InfluxDB 2 must map the bucket to a database of its name: influx v1 dbrp"
        )


async def _lines(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Yield whole lines, however long they are."""
    rest = b""
    async for some in content.iter_any():
        *lines, rest = (rest + some).split(b"\n")
        for line in lines:
            if line:
                yield line
    if rest.strip():
        yield rest


class Asking:
    """Base of those who ask an InfluxDB; entering connects.

    Args:
        settings: Of the bucket that is asked.
    """

    def __init__(self, settings: InfluxdbSettings) -> None:
        self._query = InfluxdbQuery(settings)

    async def __aenter__(self) -> Self:
        await self._query.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._query.__aexit__(kind, error, trace)

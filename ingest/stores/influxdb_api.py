"""The write call of InfluxDB 2, its answers turned into orders to the caller."""

import asyncio
import gzip
import re
from types import TracebackType
from typing import Self

import aiohttp
from influxdb_client.client.influxdb_client_async import InfluxDBClientAsync
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService

from devices.tls import wants_tls
from ingest.errors import (
    StoreBusy,
    StoreDenied,
    StoreError,
    StoreRefused,
    StoreTooLarge,
)
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_tls import WORDS, make_context, no_connection

GZIP_LEVEL = 1
DROPPED = re.compile(r"\bdropped=(\d+)$")
FIXES = {
    401: "the token is missing, wrong or expired: check store.influxdb.token or token_file",
    403: "the token may not write there: give it write permission for the bucket",
    404: "organisation or bucket is not there: check store.influxdb.org and {key}, or create it",
}


class InfluxdbApi:
    """Connections to one bucket. Implements `LineWriter`.

    Enter it inside a running event loop.
    """

    def __init__(self, settings: InfluxdbSettings, bucket_key: str = "bucket") -> None:
        """Prepare; entering connects.

        Args:
            settings: The server; `bucket` is where lines go.
            bucket_key: The setting that names that bucket, within `store.influxdb`.
        """
        self._settings = settings
        self._bucket_key = bucket_key
        self._where = f"{settings.url} (org {settings.org!r}, bucket {settings.bucket!r})"

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._client = InfluxDBClientAsync(
            settings.url,
            token=settings.read_token() or "",
            org=settings.org,
            timeout=int(settings.timeout_s * 1_000),
            connection_pool_maxsize=settings.in_flight,
            ssl_context=make_context(settings),
        )
        # Beneath the client's WriteApi, which can compress only at the slowest level and only
        # in the event loop.
        self._service = WriteService(self._client.api_client)  # type: ignore[no-untyped-call]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    async def write(self, lines: bytes) -> None:
        """Write whole lines with timestamps in milliseconds."""
        encoding = {}
        if self._settings.gzip:
            lines = await asyncio.to_thread(gzip.compress, lines, GZIP_LEVEL)
            encoding = {"content_encoding": "gzip"}
        try:
            await self._service.post_write_async(  # type: ignore[no-untyped-call]
                org=self._settings.org,
                bucket=self._settings.bucket,
                body=lines,
                precision="ms",
                **encoding,
            )
        except ApiException as error:
            raise self._error(error) from error
        except TimeoutError as error:
            timeout_s = self._settings.timeout_s
            raise StoreBusy(f"{self._where}: no answer within {timeout_s:g} s") from error
        except aiohttp.InvalidURL as error:
            raise StoreDenied(f"{self._where}: not a URL, check store.influxdb.url") from error
        except (aiohttp.ClientError, OSError) as error:
            raise no_connection(self._where, error, self._settings) from error

    async def check(self) -> None:
        """Find out whether lines would be taken, by a write call without points.

        Raises:
            StoreBusy: It cannot be reached, or is not well.
            StoreDenied: The token, the organisation or the bucket is wrong.
        """
        try:
            await self.write(b"# snowgrid check\n")
        except StoreRefused:
            # It looked for points, so it had let us in.
            return

    def _error(self, error: ApiException) -> StoreError:
        status = int(error.status or 0)
        message = f"{self._where}: {status} {_said(error)}"
        if wants_tls(message):
            # Not about the lines, though it is a 400.
            return StoreDenied(f"{self._where}: this port wants TLS; {WORDS.use_tls}")
        if status in {400, 422}:
            dropped = DROPPED.search(message)
            return StoreRefused(message, lines=int(dropped[1]) if dropped else None)
        if status == 413:
            return StoreTooLarge(message)
        if status in {408, 425, 429} or status >= 500:
            return StoreBusy(message, retry_after_s=_seconds(error.retry_after))
        fix = FIXES.get(status, "check store.influxdb.url").format(key=self._bucket_key)
        return StoreDenied(f"{message}; {fix}")


def _said(error: ApiException) -> str:
    message = error.message
    return message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for; its date form is ignored."""
    try:
        return max(float(retry_after or ""), 0.0)
    except ValueError:
        return None

"""Derived rows straight into InfluxDB, for work by hand beside a running service."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ingest.core.row_lines import encode_rows
from ingest.core.rows import Bucket, Rows
from ingest.settings_stores import InfluxdbSettings
from ingest.spool.lines import cut
from ingest.stores.base import RowSink
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.shipper import MOST_BODY_BYTES


class InfluxdbRows(RowSink):
    """Writes without a spool, which a running service has for itself; enter it to connect."""

    def __init__(self, settings: InfluxdbSettings) -> None:
        self._batch_lines = settings.batch_lines
        self._apis = {
            Bucket.RAW: InfluxdbApi(settings),
            Bucket.ROLLUP: InfluxdbApi(settings.for_rollups(), "rollup_bucket"),
        }

    async def __aenter__(self) -> Self:
        for api in self._apis.values():
            await api.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for api in self._apis.values():
            await api.__aexit__(kind, error, trace)

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Write rows; when it returns, the database has them.

        Raises:
            StoreError: It has some of them or none; writing them again changes nothing.
        """
        for each in rows:
            lines = encode_rows(each)
            for body, _ in cut(lines, max_lines=self._batch_lines, max_bytes=MOST_BODY_BYTES):
                await self._apis[each.bucket].write(body)

"""What a query does when the database does not answer it."""

import pytest

from ingest.errors import StoreBusy, StoreDenied
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_query import InfluxdbQuery
from tests.ingest.stores.stores import influxdb_settings
from tests.servers.influxql import Database
from tests.servers.process import free_port


async def ask(settings: InfluxdbSettings, influxql: str = "SHOW MEASUREMENTS") -> None:
    async with InfluxdbQuery(settings) as query:
        async for _ in query.ask(influxql):
            pass


async def test_nobody_listening_is_busy_and_named():
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(StoreBusy, match=url):
        await ask(InfluxdbSettings(url=url))


async def test_a_wrong_token_is_denied_with_the_fix(influxdb: Database):
    with pytest.raises(StoreDenied, match=r"401 .*give the token read permission"):
        await ask(influxdb_settings(influxdb, token="wrong"))


async def test_a_bucket_that_is_no_database_is_denied_with_the_fix(influxdb: Database):
    settings = influxdb_settings(influxdb).model_copy(update={"bucket": "not_there"})
    with pytest.raises(StoreDenied, match=r"'not_there'.*not found.*influx v1 dbrp"):
        await ask(settings, 'SELECT "a" FROM "b"')


async def test_a_query_that_is_not_understood_says_why(influxdb: Database):
    with pytest.raises(StoreDenied, match="error parsing query"):
        await ask(influxdb_settings(influxdb), "SELEKT")

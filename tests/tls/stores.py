"""Everything of Snowgrid that asks an InfluxDB, reduced to what it tells of the connection."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from aiohttp import web

from dashboards.errors import CannotRead
from dashboards.model.query import Column, Database, Function, Query, Source
from dashboards.readers.base import Span
from devices.errors import TlsInvalid
from devices.tls import client_context
from ingest.check.finding import Verdict
from ingest.check.influxdb import check_influxdb
from ingest.errors import ConfigError, StoreError
from ingest.settings_stores import InfluxdbSettings, StoreSettings
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.influxdb_query import InfluxdbQuery
from snowgrid.dashboards.stores import reading
from snowgrid.deployment.influxdb_api import WORDS, InfluxdbAdmin

SETTINGS = {
    "ca": "store.influxdb.ca_file",
    "cert": "store.influxdb.cert_file",
    "host": "store.influxdb.url",
    "on": "https://",
    "off": "http://",
}
OPTIONS = {
    "ca": "--ca-file",
    "cert": "--cert-file",
    "host": "--url",
    "on": "https://",
    "off": "http://",
}
QUERY = Query(
    source=Source(database=Database.RAW, measurement="gauge", tiered=False),
    columns=(Column(field="x", function=Function.MEAN, name="x"),),
)
SPAN = Span(from_ms=0, to_ms=60_000, interval_ms=60_000)

Ask = Callable[[InfluxdbSettings], Coroutine[None, None, str]]
"""Asks a server, and returns the complaint, or an empty string."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """URLs of real servers.

    Attributes:
        plain: Without TLS.
        tls: With a certificate that is right.
        expired: With one that is long over.
        elsewhere: With one for another name.
        mutual: With a right one, wanting one of its clients; of few words.
        of_few_words: Like `tls`, answering no more than is asked here.
    """

    plain: str
    tls: str
    expired: str
    elsewhere: str
    mutual: str
    of_few_words: str


def influxdb_of_few_words() -> web.Application:
    """Return what of an InfluxDB 2 is asked here."""

    async def written(_: web.Request) -> web.Response:
        return web.Response(status=204)

    async def answered(_: web.Request) -> web.Response:
        return web.json_response({"results": [], "allowed": False})

    app = web.Application()
    app.router.add_post("/api/v2/write", written)
    app.router.add_post("/query", answered)
    app.router.add_get("/api/v2/setup", answered)
    return app


async def shipping(settings: InfluxdbSettings) -> str:
    try:
        async with InfluxdbApi(settings) as api:
            await api.check()
    except StoreError as error:
        return str(error)
    return ""


async def check(settings: InfluxdbSettings) -> str:
    found = await check_influxdb(settings, 10.0)
    return "" if found.verdict is Verdict.GOOD else f"{found.what} → {found.fix}"


async def repairs(settings: InfluxdbSettings) -> str:
    try:
        async with (
            InfluxdbQuery(settings) as query,
            aclosing(query.ask("SHOW MEASUREMENTS")) as answer,
        ):
            async for _ in answer:
                pass
    except StoreError as error:
        return str(error)
    return ""


async def boards(settings: InfluxdbSettings) -> str:
    store = StoreSettings(kind="influxdb", influxdb=settings)
    try:
        async with reading(store) as reader:
            await reader.read(QUERY, SPAN, {})
    except CannotRead as error:
        return str(error)
    return ""


async def setup(settings: InfluxdbSettings) -> str:
    def asked() -> None:
        tls = client_context(WORDS, settings.ca_file, settings.cert_file, settings.key_file)
        InfluxdbAdmin(settings.url, "token", tls).is_new()

    try:
        await asyncio.to_thread(asked)
    except (ConfigError, TlsInvalid) as error:
        return str(error)
    return ""


BY_SETTINGS: Mapping[str, Ask] = {
    "shipping": shipping,
    "check": check,
    "repairs": repairs,
    "boards": boards,
}
BY_OPTIONS: Mapping[str, Ask] = {"setup-influxdb": setup}
EVERYBODY: Mapping[str, Ask] = {**BY_SETTINGS, **BY_OPTIONS}

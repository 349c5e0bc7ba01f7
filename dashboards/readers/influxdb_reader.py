"""Reads InfluxDB 1, 2 and 3 in InfluxQL, with the very questions that Grafana asks."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

import aiohttp
import msgspec

from dashboards.errors import CannotRead
from dashboards.grafana.influxql import influxql, influxql_of_values
from dashboards.grafana.wording import Chosen
from dashboards.model.query import Database, Query
from dashboards.model.tiers import MOST_POINTS
from dashboards.model.variable import Variable
from dashboards.readers.base import SHORTEST, Choices, Reader, Series, Span
from dashboards.readers.grid import aggregates, aligned, laid_out
from dashboards.readers.influxdb_answer import Answer, series_of, texts_of
from devices.tls import TlsWords, explain_silence, explain_tls, wants_tls

LONGEST_S = 20.0
AT_ONCE = 4
"""Connections at the same time."""

MOST_SAID = 300  # characters of an answer that are shown to a person
DENIED = frozenset({401, 403})


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """An InfluxDB.

    Attributes:
        url: Its base URL.
        token: May read the databases; empty where none is wanted.
        databases: Their names; of InfluxDB 2, the buckets.
        tls: How to check the server; None to go by the system.
        words: What the settings of that are called.
    """

    url: str
    token: str = field(default="", repr=False)
    databases: Mapping[Database, str]
    tls: ssl.SSLContext | None = None
    words: TlsWords | None = None


class InfluxdbReader(Reader):
    """Implements `Reader`. Enter it inside a running event loop."""

    def __init__(self, server: Server) -> None:
        """Prepare; entering opens a session, and questions connect."""
        self._server = server
        self._decode = msgspec.json.Decoder(Answer).decode

    async def __aenter__(self) -> Self:
        token = self._server.token
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Token {token}"} if token else {},
            timeout=aiohttp.ClientTimeout(total=LONGEST_S),
            connector=aiohttp.TCPConnector(limit=AT_ONCE, ssl=self._server.tls or True),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def read(self, query: Query, span: Span, choices: Choices) -> list[Series]:
        """Answer a query."""
        span = aligned(query, span)
        bounded = query
        if not aggregates(query):
            bounded = replace(query, newest=query.newest or MOST_POINTS)
        answer = await self._ask(influxql(bounded, self._chosen(span, choices)))
        found = (laid_out(query, each, span) for each in series_of(query, answer))
        return [each for each in found if each]

    async def values(self, variable: Variable, choices: Choices) -> list[str]:
        """Return what can be chosen, in order."""
        if variable.source is None:
            return list(variable.fixed)
        chosen = self._chosen(SHORTEST, choices)
        return texts_of(await self._ask(influxql_of_values(variable, chosen)))

    async def _ask(self, statement: str) -> Answer:
        server = self._server
        form = {"db": server.databases[Database.RAW], "q": statement, "epoch": "ms"}
        try:
            async with self._session.post(f"{server.url.rstrip('/')}/query", data=form) as response:
                said = await response.read()
                if response.status in DENIED:
                    raise self._trouble("the token may not read; check store.influxdb.token")
                if wants_tls(said[:MOST_SAID].decode("utf-8", "replace")):
                    raise self._trouble("this port wants TLS; write https:// in the URL")
                answer = self._decode(said)
        except TimeoutError as error:
            raise self._trouble(f"no answer within {LONGEST_S:g} s") from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._trouble(self._explained(error)) from error
        except msgspec.DecodeError as error:
            raise self._trouble(f"no InfluxQL answer, check the URL ({error})") from error
        if answer.complaint:
            raise self._trouble(answer.complaint[:MOST_SAID])
        return answer

    def _explained(self, error: Exception) -> str:
        server, said = self._server, str(error) or type(error).__name__
        if server.words is None:
            return said
        tls = server.url.startswith("https://")
        advice = explain_tls(said, server.words) or explain_silence(said, server.words, tls=tls)
        return str(advice or said)

    def _trouble(self, what: str) -> CannotRead:
        return CannotRead(f"{self._server.url}: {what}")

    def _chosen(self, span: Span, choices: Choices) -> Chosen:
        return Chosen(
            from_ms=span.from_ms,
            to_ms=span.to_ms - 1,
            interval_ms=span.interval_ms,
            tier=span.tier,
            variables=choices,
            buckets=self._server.databases,
        )

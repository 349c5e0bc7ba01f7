"""The one HTTP endpoint of all workers: asks each, and answers for all."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from typing import Any

import aiohttp
from aiohttp import web
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from ingest.http import refuse_bodies
from ingest.http_reload import PATH, Reload, reload_by
from ingest.rules.explanation import Standing
from ingest.workers.child import Child
from ingest.workers.merging import Totals, merged

ANSWER_S = 5.0
LOOK_S = 0.1
BY_KIND = "snowgrid_kind_readings_committed_total"

Reply = tuple[int, Any]
"""HTTP status and JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one process says."""

    child: Child
    status: int
    body: bytes


class Front:
    """Speaks for workers, and for former members that are being emptied.

    Args:
        children: All of them; the caller adds and removes.
        session: Asks.
    """

    def __init__(self, children: Sequence[Child], session: aiohttp.ClientSession) -> None:
        self._children = children
        self._session = session
        self._totals = Totals()
        self._started_at = monotonic()

    async def _ask(self, path: str, children: Iterable[Child]) -> list[Answer]:
        """Return the answers of those that give one."""
        asked = (self._one(child, path) for child in children if child.pid)
        return [answer for answer in await asyncio.gather(*asked) if answer]

    async def _one(self, child: Child, path: str) -> Answer | None:
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        try:
            async with self._session.get(child.url + path, timeout=timeout) as response:
                return Answer(child, response.status, await response.read())
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def metrics(self) -> list[Metric]:
        """Return the metrics of all as of one service."""
        scrapes = {
            answer.child.name: list(text_string_to_metric_families(answer.body.decode()))
            for answer in await self._ask("/metrics", list(self._children))
        }
        up = GaugeMetricFamily("snowgrid_worker_up", "1 while it answers.", labels=["worker"])
        restarts = CounterMetricFamily(
            "snowgrid_worker_restarts", "How often it was started again.", labels=["worker"]
        )
        for child in self._children:
            up.add_metric([child.name], child.name in scrapes)
            restarts.add_metric([child.name], child.restarts)
        return [*merged(scrapes, self._totals), up, restarts]

    def readings(self) -> dict[str, float]:
        """Return how many readings of each kind were committed, as of the last look."""
        return {
            dict(labels)["kind"]: value
            for (name, labels), value in self._totals.sums().items()
            if name == BY_KIND
        }

    async def until_subscribed(self, child: Child) -> None:
        """Return when a worker has its subscription."""
        while True:
            answers = await self._ask("/readyz", [child])
            if answers and "subscribed" not in _json(answers[0])["failing"]:
                return
            await asyncio.sleep(LOOK_S)

    async def ready(self) -> Reply:
        """Answer `/readyz`: ready when every worker is."""
        failing: dict[str, str] = {}
        notes: list[str] = []
        answers = {answer.child: answer for answer in await self._ask("/readyz", self._children)}
        for child in self._children:
            said = _json(answers[child]) if child in answers else None
            wrong = {"running": child.complaint or "does not answer"} if said is None else {}
            if child.former:
                notes.append(f"{child.name} is being emptied{_listed(wrong.values())}")
            else:
                wrong = wrong or (said or {})["failing"]
                failing |= {f"worker {child.name}: {name}": why for name, why in wrong.items()}
            notes += [f"worker {child.name}: {note}" for note in (said or {"notes": ()})["notes"]]
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        return status, {"ready": not failing, "failing": failing, "notes": notes}

    async def alerts(self) -> Reply:
        """Answer `/alerts`: those of all."""
        answers = await self._ask("/alerts", self._workers())
        return HTTPStatus.OK, {"alerts": [a for each in answers for a in _json(each)["alerts"]]}

    async def explain(self, query: str) -> Reply:
        """Answer `/alerts/explain`: what the worker says that knows the device, or else any."""
        answers = await self._ask(f"/alerts/explain?{query}", self._workers())
        if not answers:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "no worker answers"}
        best = min(answers, key=_ignorance)
        return best.status, _json(best)

    def alive(self) -> Reply:
        """Answer `/healthz`."""
        uptime_s = round(monotonic() - self._started_at, 3)
        return HTTPStatus.OK, {"alive": True, "uptime_s": uptime_s}

    def _workers(self) -> list[Child]:
        return [child for child in self._children if not child.former]


def _json(answer: Answer) -> Any:  # noqa: ANN401 - of our own making
    return json.loads(answer.body)


def _listed(reasons: Iterable[str]) -> str:
    return "".join(f"; {reason}" for reason in reasons)


def _ignorance(answer: Answer) -> int:
    if answer.status != HTTPStatus.OK:
        return 2
    return int(_json(answer)["standing"] == Standing.UNKNOWN)


class _Collected(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def application_of(front: Front, reload: Reload) -> web.Application:
    """Return what answers for all workers, under the paths of a service that runs alone.

    Args:
        front: Asks the workers.
        reload: Has them reload.
    """

    async def metrics(request: web.Request) -> web.Response:
        registry = CollectorRegistry()
        registry.register(_Collected(await front.metrics()))
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(registry), headers={"Content-Type": content_type})

    async def alive(_: web.Request) -> web.Response:
        return _response(front.alive())

    async def ready(_: web.Request) -> web.Response:
        return _response(await front.ready())

    async def alerts(_: web.Request) -> web.Response:
        return _response(await front.alerts())

    async def explain(request: web.Request) -> web.Response:
        return _response(await front.explain(request.query_string))

    application = web.Application(middlewares=[refuse_bodies])
    application.router.add_get("/metrics", metrics)
    application.router.add_get("/healthz", alive)
    application.router.add_get("/readyz", ready)
    application.router.add_get("/alerts", alerts)
    application.router.add_get("/alerts/explain", explain)
    application.router.add_post(PATH, reload_by(lambda: reload))
    return application


def _response(reply: Reply) -> web.Response:
    status, content = reply
    return web.json_response(content, status=status)

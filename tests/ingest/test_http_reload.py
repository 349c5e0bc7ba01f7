"""Who is on the service's machine may have it reload, and nobody else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web

from ingest.http import serving
from ingest.http_reload import reload_by
from ingest.reload.difference import Change
from ingest.reload.outcome import Outcome
from ingest.settings import HttpSettings
from ingest.vitals import Vitals

CHANGE = Change(key="log.level", before="info", after="debug")


class Reloading:
    """Counts reloads, and answers with an outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.count = 0

    async def __call__(self) -> Outcome:
        self.count += 1
        return self.outcome


@asynccontextmanager
async def client_of(reloading: Reloading | None) -> AsyncIterator[aiohttp.ClientSession]:
    vitals = Vitals(started_at=0.0, broker="b", reload=reloading)
    async with serving(HttpSettings(port=0), vitals) as url, aiohttp.ClientSession(url) as client:
        yield client


async def test_what_changed_is_the_answer() -> None:
    async with (
        client_of(Reloading(Outcome(changed=(CHANGE,)))) as client,
        client.post("/reload") as answer,
    ):
        assert answer.status == 200
        assert (await answer.json())["changed"] == [
            {"key": "log.level", "before": "info", "after": "debug"}
        ]


async def test_a_refusal_says_why() -> None:
    async with (
        client_of(Reloading(Outcome(problems=("a.toml: wrong",)))) as client,
        client.post("/reload") as answer,
    ):
        assert answer.status == 422
        assert (await answer.json())["problems"] == ["a.toml: wrong"]


@pytest.mark.parametrize(
    "header",
    [{"Origin": "http://evil.example"}, {"X-Forwarded-For": "10.0.0.1"}, {"Forwarded": "for=x"}],
)
async def test_a_page_in_a_browser_and_a_proxy_are_turned_away(header: dict[str, str]) -> None:
    reloading = Reloading(Outcome())
    async with client_of(reloading) as client, client.post("/reload", headers=header) as answer:
        assert answer.status == 403
        assert "machine" in (await answer.json())["error"]
    assert reloading.count == 0


@pytest.mark.parametrize(
    ("remote", "status"),
    [
        ("127.0.0.1", 200), ("127.8.8.8", 200), ("::1", 200), ("::ffff:127.0.0.1", 200),
        ("10.1.2.3", 403), ("::ffff:10.1.2.3", 403), ("fe80::1%eth0", 403), ("", 403), (None, 403),
    ],
)  # fmt: skip
async def test_only_the_machines_own_addresses_are_heard(remote: str | None, status: int) -> None:
    reloading = Reloading(Outcome())
    request: Any = SimpleNamespace(remote=remote, headers={})
    answer = await reload_by(lambda: reloading)(cast("web.Request", request))
    assert answer.status == status


async def test_a_service_whose_settings_are_no_file_says_so() -> None:
    async with client_of(None) as client, client.post("/reload") as answer:
        assert answer.status == 404
        assert "started with" in (await answer.json())["error"]


async def test_to_look_is_not_to_reload() -> None:
    reloading = Reloading(Outcome())
    async with client_of(reloading) as client, client.get("/reload") as answer:
        assert answer.status == 405
    assert reloading.count == 0

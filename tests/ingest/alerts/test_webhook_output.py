"""A real HTTP server gets what changed, in order, whatever it answers at first."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from ingest.alerts.webhook_output import MOST_WAITING, WebhookOutput
from tests.eventually import eventually
from tests.ingest.alerts.examples import HOT, WHOLE, resolved


@dataclass
class Hook:
    """What the server got, and what it answers next."""

    url: str = ""
    got: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()

    async def take(request: web.Request) -> web.Response:
        status = hook.answers.pop(0) if hook.answers else 200
        if status == 200:
            told = (await request.json())["alerts"]
            hook.got += [f"{alert['rule']} {alert['state']}" for alert in told]
        return web.Response(status=status, text="as you wish")

    application = web.Application()
    application.router.add_post("/hook", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    hook.url = f"http://{host}:{port}/hook"
    yield hook
    await runner.cleanup()


async def no_wait(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def running(hook: Hook) -> AsyncIterator[WebhookOutput]:
    output = WebhookOutput(hook.url, sleep=no_wait)
    task = asyncio.create_task(output.run())
    try:
        yield output
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_changes_arrive_in_order(hook):
    async with running(hook) as output:
        output.tell([HOT, WHOLE], [])
        output.tell([resolved(HOT)], [])
        await asyncio.wait_for(output.finish(), 10)
    assert hook.got == [f"{HOT.rule} firing", f"{WHOLE.rule} firing", f"{HOT.rule} resolved"]


async def test_a_server_in_trouble_is_asked_again(hook):
    hook.answers = [503, 500, 429]
    async with running(hook) as output:
        output.tell([HOT], [])
        await asyncio.wait_for(output.finish(), 10)
        assert output.complaint == ""
    assert hook.answers == []
    assert hook.got == [f"{HOT.rule} firing"]


async def test_a_server_that_is_away_is_complained_of(hook):
    hook.answers = [503] * 1_000_000
    async with running(hook) as output:
        output.tell([HOT], [])
        await eventually(lambda: output.complaint)
        assert hook.url in output.complaint
        hook.answers.clear()
        await asyncio.wait_for(output.finish(), 10)
        assert output.complaint == ""


async def test_what_it_refuses_does_not_block_the_rest(hook):
    hook.answers = [400]
    async with running(hook) as output:
        output.tell([HOT], [])
        await eventually(lambda: not hook.answers)
        output.tell([WHOLE], [])
        await asyncio.wait_for(output.finish(), 10)
    assert hook.got == [f"{WHOLE.rule} firing"]


async def test_what_waits_is_bounded_and_the_newest_are_kept(hook, caplog):
    output = WebhookOutput(hook.url)
    for _ in range(MOST_WAITING // 100 + 1):
        output.tell([HOT] * 100, [])
    output.tell([WHOLE], [])
    assert "not told to the webhook" in caplog.text
    async with asyncio.timeout(30):
        task = asyncio.create_task(output.run())
        await output.finish()
        task.cancel()
    assert len(hook.got) == MOST_WAITING
    assert hook.got[-1] == f"{WHOLE.rule} firing"

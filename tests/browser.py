"""A headless Chromium, driven over its DevTools protocol: no driver, no further package."""

import asyncio
import base64
import json
import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Self

import aiohttp

from tests.servers.process import installed

Json = dict[str, object]

DEADLINE_S = 60.0
LARGEST_MESSAGE_BYTES = 64 * 1024 * 1024
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
LISTENING = re.compile(rb"DevTools listening on (ws://\S+)")


@dataclass
class Page:
    """One tab.

    Attributes:
        socket: To the tab.
        errors: What went wrong on the page since it was opened: exceptions, and what the console
            calls an error, among it what could not be loaded.
    """

    socket: aiohttp.ClientWebSocketResponse
    errors: list[str] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _waiting: dict[int, asyncio.Future[Json]] = field(default_factory=dict)

    async def listen(self) -> None:
        """Take answers and events until cancelled."""
        async for message in self.socket:
            told = json.loads(message.data)
            if "id" in told:
                self._waiting.pop(told["id"]).set_result(told)
            else:
                self.errors += _errors_in(told)

    async def call(self, method: str, **parameters: object) -> Json:
        """Call a method of the protocol, and return its result.

        Raises:
            AssertionError: The browser refuses.
        """
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(DEADLINE_S):
            answer = await self._waiting[number]
        assert "error" not in answer, f"{method}: {answer['error']}"
        result = answer["result"]
        assert isinstance(result, dict)
        return result

    async def size(self, width_px: int, height_px: int = 1000) -> None:
        """Make the window so large."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width_px,
            height=height_px,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def prefer(self, theme: str) -> None:
        """Say that the system is `dark` or `light`."""
        features = [{"name": "prefers-color-scheme", "value": theme}]
        await self.call("Emulation.setEmulatedMedia", features=features)

    async def open(self, url: str) -> None:
        """Go to an address; what was wrong on the page before is forgotten."""
        self.errors.clear()
        await self.call("Page.navigate", url=url)

    async def evaluate(self, expression: str) -> object:
        """Return the value of JavaScript, awaited where it is a promise.

        Raises:
            AssertionError: It throws.
        """
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        result = answer["result"]
        assert isinstance(result, dict)
        return result.get("value")

    async def wait_for(self, expression: str) -> None:
        """Wait until JavaScript is true; between looks, the page draws a frame.

        Raises:
            AssertionError: It does not become true.
        """
        waited = f"""new Promise((found, missed) => {{
            const until = performance.now() + {DEADLINE_S * 900};
            const look = () => {{
                if ({expression}) found(true);
                else if (performance.now() > until) found(false);
                else setTimeout(look, 20);
            }};
            look();
        }})"""
        assert await self.evaluate(waited), f"did not become true: {expression}; {self.errors}"

    async def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the mouse at one place, and release it at another."""
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        moves = (("mouseMoved", start), ("mousePressed", start), ("mouseMoved", middle))
        for kind, (x, y) in (*moves, ("mouseMoved", end), ("mouseReleased", end)):
            pressed = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
            await self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **pressed)

    async def screenshot(self) -> bytes:
        """Return a picture of the whole page, a PNG."""
        answer = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        data = answer["data"]
        assert isinstance(data, str)
        return base64.b64decode(data)

    @classmethod
    @asynccontextmanager
    async def opened(cls, socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[Self]:
        """Hear a tab while the context lasts."""
        page = cls(socket)
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(page.listen(), name="browser.listen")
            for domain in ("Page", "Runtime", "Log"):
                await page.call(f"{domain}.enable")
            yield page
            listening.cancel()


@asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[Page]:
    """Run a browser while the context lasts, and yield its tab.

    Args:
        profile: An empty folder, for what it keeps.

    Raises:
        ServerMissing: It is not installed.
    """
    browser = await asyncio.create_subprocess_exec(
        installed("chromium", "chromium"),
        *FLAGS,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "HOME": str(profile)},
    )
    try:
        async with aiohttp.ClientSession() as session:
            socket_url = await _tab(session, await _listening(browser))
            async with (
                session.ws_connect(socket_url, max_msg_size=LARGEST_MESSAGE_BYTES) as socket,
                Page.opened(socket) as page,
            ):
                yield page
    finally:
        browser.terminate()
        await browser.communicate()


async def _listening(browser: asyncio.subprocess.Process) -> str:
    """Return the HTTP address that the browser says it listens on."""
    assert browser.stderr
    async with asyncio.timeout(DEADLINE_S):
        async for line in browser.stderr:
            if found := LISTENING.search(line):
                return found[1].decode().replace("ws://", "http://").split("/devtools/")[0]
    raise AssertionError("chromium ended before it listened")


async def _tab(session: aiohttp.ClientSession, base_url: str) -> str:
    async with session.get(f"{base_url}/json/list") as answer:
        tabs: Sequence[Mapping[str, str]] = await answer.json(content_type=None)
    return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")


def _errors_in(told: Mapping[str, object]) -> list[str]:
    parameters = told.get("params")
    assert isinstance(parameters, dict)
    match told.get("method"):
        case "Runtime.exceptionThrown":
            return [json.dumps(parameters["exceptionDetails"])]
        case "Runtime.consoleAPICalled" if parameters["type"] in {"error", "warning"}:
            return [json.dumps(parameters["args"])]
        case "Log.entryAdded" if parameters["entry"]["level"] == "error":
            return [json.dumps(parameters["entry"])]
    return []

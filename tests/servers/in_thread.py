"""Serves an aiohttp application from a thread of its own."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Coroutine
from typing import Self, TypeVar

from aiohttp import web

from tests.servers.process import ATTEMPTS, Server, free_port

T = TypeVar("T")
START_S = 20.0


class ServerThread:
    """An HTTP server that tests and child processes can reach, whatever the test's loop does.

    Args:
        make_app: Makes the application; called at every start, in the server's loop.
        tls: What to serve HTTPS with; None for HTTP.
    """

    host = Server.host

    def __init__(
        self, make_app: Callable[[], web.Application], *, tls: ssl.SSLContext | None = None
    ) -> None:
        self.port = 0
        self._tls = tls
        self._make_app = make_app
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def url(self) -> str:
        """Base URL."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def start(self) -> None:
        """Serve, on the port of the last time if there was one."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._runner = self._call(self._open())

    def stop(self) -> None:
        """Refuse connections from now on; does nothing if it is stopped."""
        if self._loop is None:
            return
        self._call(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _open(self) -> web.AppRunner:
        runner = web.AppRunner(
            self._make_app(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await runner.setup()
        await self._listen(runner)
        return runner

    async def _listen(self, runner: web.AppRunner) -> None:
        attempts = 1 if self.port else ATTEMPTS
        for attempt in range(1, attempts + 1):
            port = self.port or free_port()
            try:
                await web.TCPSite(runner, self.host, port, ssl_context=self._tls).start()
            except OSError:
                if attempt == attempts:
                    raise
            else:
                self.port = port
                return

    def _call(self, coroutine: Coroutine[object, object, T]) -> T:
        if self._loop is None:
            raise RuntimeError("the server is not running")
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(START_S)

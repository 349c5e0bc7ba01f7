"""A stretch of network that can be made bad: TCP from here to a server of this machine."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Literal, Protocol, Self

READ_BYTES = 65_536
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

Direction = Literal["ask", "answer"]
"""From the client to the server, and back."""


class Watcher(Protocol):
    """Is told of the bytes of one connection before anything happens to them."""

    def ask(self, data: bytes) -> None:
        """Take bytes from the client."""

    def answer(self, data: bytes) -> None:
        """Take bytes from the server."""

    def close(self) -> None:
        """Take note that the connection is over."""


class Proxy:
    """Passes connections on to a server, as well as the weather permits.

    Args:
        port: Of the server, on the loopback.
        watch: Makes a watcher for every connection.

    Attributes:
        port: Where to connect instead.
        latency_s: How long each piece of data is under way.
        piece_bytes: How much data may be under way at once in each direction.
    """

    host = "127.0.0.1"

    def __init__(self, port: int, watch: Callable[[], Watcher] | None = None) -> None:
        self.port = 0
        self.latency_s = 0.0
        self.piece_bytes = READ_BYTES
        self._server_port = port
        self._watch = watch
        self._connections: set[_Connection] = set()
        self._held: Counter[Direction] = Counter()
        self._free = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._server = await asyncio.start_server(self._connected, self.host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Listen no more, and end all connections."""
        self._server.close()
        self.reset()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Base URL, where the server speaks HTTP."""
        return f"http://{self.host}:{self.port}"

    @property
    def busy(self) -> bool:
        """Whether a client waits for an answer."""
        return any(connection.asked for connection in self._connections)

    @asynccontextmanager
    async def held(self, *directions: Direction) -> AsyncIterator[None]:
        """Hold back all data of these directions; what was held back goes on at the end."""
        self._held.update(directions)
        try:
            yield
        finally:
            self._held.subtract(directions)
            async with self._free:
                self._free.notify_all()

    def reset(self) -> None:
        """End all connections without a goodbye."""
        for connection in list(self._connections):
            connection.reset()

    def half_open(self) -> None:
        """End all connections on the server's side; their clients are not told."""
        for connection in self._connections:
            connection.forsake()

    def cut(self, direction: Direction) -> None:
        """Let half of the next piece of data through on each connection, then end it."""
        for connection in self._connections:
            connection.cut = direction

    async def passage(self, direction: Direction) -> None:
        """Return when data may pass."""
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        if self._held[direction] > 0:
            async with self._free:
                await self._free.wait_for(lambda: self._held[direction] <= 0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server = await asyncio.open_connection(self.host, self._server_port)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection(self, (reader, writer), server)
        self._connections.add(connection)
        watcher = self._watch() if self._watch else None
        try:
            await connection.run(watcher)
        finally:
            self._connections.discard(connection)
            if watcher:
                watcher.close()


Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Connection:
    """A connection of a client, and the one to the server that belongs to it."""

    def __init__(self, proxy: Proxy, client: Streams, server: Streams) -> None:
        self.asked = False
        self.cut: Direction | None = None
        self._proxy = proxy
        self._client = client
        self._server = server
        self._forsaken = False

    async def run(self, watcher: Watcher | None) -> None:
        """Pass data in both directions until either side ends it."""
        seen_ask = watcher.ask if watcher else None
        seen_answer = watcher.answer if watcher else None
        pumps = {
            asyncio.create_task(self._pump("ask", self._client[0], self._server[1], seen_ask)),
            asyncio.create_task(
                self._pump("answer", self._server[0], self._client[1], seen_answer)
            ),
        }
        _, rest = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        if self._forsaken:  # the client may go on talking to nobody
            await asyncio.wait(pumps)
        for pump in rest:
            pump.cancel()
        self._server[1].close()
        self._client[1].close()

    async def _pump(
        self,
        direction: Direction,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        seen: Callable[[bytes], None] | None,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(self._proxy.piece_bytes):
                if seen:
                    seen(data)
                self.asked = direction == "ask"
                await self._proxy.passage(direction)
                if self._forsaken:
                    continue
                if self.cut == direction:
                    writer.write(data[: len(data) // 2])
                    await writer.drain()
                    self.reset()
                    return
                writer.write(data)
                await writer.drain()

    def reset(self) -> None:
        for _, writer in (self._client, self._server):
            end: socket.socket = writer.get_extra_info("socket")
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            writer.transport.abort()

    def forsake(self) -> None:
        self._forsaken = True
        self._server[1].transport.abort()

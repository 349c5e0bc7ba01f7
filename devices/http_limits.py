"""Limits that an HTTP server of asyncio's needs and aiohttp's does not have.

aiohttp bounds a line of a request, and how long a connection may idle between two. It takes any
number of connections, waits for ever for the first request of each, and takes any number of header
lines meanwhile.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

KIB = 1024
TOO_LARGE = ("431 Request Header Fields Too Large", "413 Content Too Large")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """What one server takes.

    Attributes:
        connections: At the same time; more are answered with 503.
        first_request_s: How long the first request of a connection may take to come, seconds.
        request_bytes: Of a request with all its headers, and its body.
    """

    connections: int = 64
    first_request_s: float = 10.0
    request_bytes: int = 16 * KIB


class Doorkeeper:
    """Keeps the connections of one server within its limits.

    Args:
        limits: The limits.
    """

    def __init__(self, limits: HttpLimits) -> None:
        self._limits = limits
        self._inside: dict[asyncio.BaseTransport, _Guarded] = {}

    def guard(self, make: Callable[[], asyncio.Protocol]) -> Callable[[], asyncio.Protocol]:
        """Return what makes protocols that are kept within the limits.

        Args:
            make: Makes the server's own.
        """
        return lambda: _Guarded(make(), self._limits, self._inside)

    def arrived(self, transport: asyncio.BaseTransport | None) -> None:
        """Note that a whole head came over a connection; to be told of every request."""
        if guarded := self._inside.get(transport) if transport else None:
            guarded.arrived()


class _Guarded(asyncio.Protocol):
    """Hands everything on to the protocol behind it, as long as the limits are kept."""

    def __init__(
        self,
        behind: asyncio.Protocol,
        limits: HttpLimits,
        inside: "dict[asyncio.BaseTransport, _Guarded]",
    ) -> None:
        self._behind = behind
        self._limits = limits
        self._inside = inside
        self._transport: asyncio.Transport | None = None
        self._turned_away = False
        self._too_late: asyncio.TimerHandle | None = None
        self._taken_bytes = 0
        self._has_arrived = False

    def arrived(self) -> None:
        self._has_arrived = True
        if self._too_late:
            self._too_late.cancel()
        self._taken_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment] # uvloop's is none by its type
        if len(self._inside) >= self._limits.connections:
            self._turn_away("503 Service Unavailable")
            return
        self._inside[transport] = self
        self._behind.connection_made(transport)
        loop = asyncio.get_running_loop()
        self._too_late = loop.call_later(
            self._limits.first_request_s, self._turn_away, "408 Request Timeout"
        )

    def data_received(self, data: bytes) -> None:
        if self._turned_away:
            return
        self._taken_bytes += len(data)
        if self._taken_bytes > self._limits.request_bytes:
            self._turn_away(TOO_LARGE[self._has_arrived])
        else:
            self._behind.data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._turned_away else self._behind.eof_received()

    def pause_writing(self) -> None:
        self._behind.pause_writing()

    def resume_writing(self) -> None:
        self._behind.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._too_late:
            self._too_late.cancel()
        if self._transport and self._inside.pop(self._transport, None):
            self._behind.connection_lost(exc)

    def _turn_away(self, status: str) -> None:
        """Say why in a line, and hang up."""
        self._turned_away = True
        if self._transport and not self._transport.is_closing():
            self._transport.write(
                f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            self._transport.close()

"""Servers of the operating system as tests start them."""

from typing import Protocol, TypeVar

from snowgrid.servers.process import (
    ATTEMPTS,
    Server,
    ServerFailed,
    ServerMissing,
    free_port,
    installed,
)

__all__ = [
    "ATTEMPTS",
    "Launch",
    "S",
    "Server",
    "ServerFailed",
    "ServerMissing",
    "free_port",
    "installed",
]

S = TypeVar("S", bound=Server)


class Launch(Protocol):
    """Starts a server for the length of a test."""

    def __call__(self, server: S) -> S:
        """Start the server, or skip the test where it is not installed."""
        ...

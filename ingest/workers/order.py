"""What a process is told by the one that started it, over its standard input."""

import asyncio
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ingest.settings import Settings, load_settings

STDIN = 0
MOST_BYTES = 65_536

DONE = 0
STOPPED = 75
"""Exit code of a former member's process that was stopped before everything was empty."""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One line of JSON; the input stays open for as long as the giver lives.

    Attributes:
        name: Of the worker, in its log lines.
        config: File of settings, or None for the default.
        overrides: Settings of the command line, and of this member, by dotted key.
        listening: File descriptor of the socket for metrics and health.
        former: Whether it is to be emptied, and takes nothing new.
    """

    name: str
    config: str | None
    overrides: dict[str, Any]
    listening: int
    former: bool

    def settings(self, env: Mapping[str, str] | None = None) -> Settings:
        """Read the settings; secrets come from the environment, as everywhere.

        Raises:
            ConfigError: Anything is wrong.
        """
        file = Path(self.config) if self.config else None
        return load_settings(file, self.overrides, env)

    def socket(self) -> socket.socket:
        """Return the socket that was inherited."""
        return socket.socket(fileno=self.listening)


def read_order() -> Order:
    """Take the order from standard input."""
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(STDIN, MOST_BYTES)
    return msgspec.json.decode(line, type=Order)


def stop_when_alone(stop: asyncio.Event) -> None:
    """Have `stop` set when whoever gave the order is gone, however it ended."""
    loop = asyncio.get_running_loop()

    def hear() -> None:
        if not os.read(STDIN, MOST_BYTES):
            loop.remove_reader(STDIN)
            stop.set()

    loop.add_reader(STDIN, hear)

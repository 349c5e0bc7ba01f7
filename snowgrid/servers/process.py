"""Runs a server of the operating system as a child of this process."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from ingest.errors import ConfigError
from snowgrid.servers.listening import listens

ATTEMPTS = 5
START_S = 20.0
STOP_S = 20.0
POLL_S = 0.01
LOG_TAIL = 2_000
SYSTEM_PATH = "/usr/sbin"  # where Debian puts servers, and not on everybody's PATH

# Below the range out of which the kernel gives ports to clients, so that no connection made while
# a server is down can take the port it will come back on.
PORTS = range(20_000, 32_000)
_system_random = random.SystemRandom()


class ServerMissing(ConfigError):
    """The server is not installed; the message says how to install it."""


class ServerFailed(ConfigError):
    """The server did not start; the message ends with the end of its log."""


class Server(ABC):
    """A server that can be started, stopped, killed and started again on the same port.

    Its state lives in `folder` and outlives it, so what a restarted server still knows is what
    the real one would know. Use it as a context manager, or call `start` and `stop`.

    Attributes:
        folder: Configuration, data and `server.log`.
        port: TCP port on `host`; chosen at the first start and kept from then on.
    """

    host = "127.0.0.1"
    binary: ClassVar[str]
    package: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _command(self) -> list[str]:
        """Write the configuration for `self.port` and return the arguments after the binary."""

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Process id, for measurements."""
        if self._process is None:
            raise RuntimeError(f"{self.binary} has not been started")
        return self._process.pid

    @property
    def log(self) -> str:
        """Everything the server has said so far."""
        return (self.folder / "server.log").read_text(errors="replace")

    def start(self) -> None:
        """Start the server and return when it listens.

        Raises:
            ServerMissing: It is not installed.
            ServerFailed: It ended or did not listen in time.
        """
        if self.running:
            raise RuntimeError(f"{self.binary} runs already")
        self.folder.mkdir(parents=True, exist_ok=True)
        attempts = 1 if self.port else ATTEMPTS
        for attempt in range(1, attempts + 1):
            self.port = self.port if attempts == 1 else free_port()
            if self._started():
                return
            if attempt == attempts or "address already in use" not in self.log.lower():
                raise ServerFailed(f"{self.binary} did not start:\n{self.log[-LOG_TAIL:]}")

    def stop(self) -> None:
        """End the server in order (SIGTERM); does nothing if it is not running."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server as a power cut would (SIGKILL)."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop the server and start it again on the same port."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        if not self.running:
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _started(self) -> bool:
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the binary is one of ours to name
                [*_dying_with_us(), installed(self.binary, self.package), *self._command()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                process_group=0,  # Ctrl-C at a terminal is for this process, which stops it
            )
        deadline = time.monotonic() + START_S
        while self.running and time.monotonic() < deadline:
            if listens(self.pid, self.port):
                return True
            time.sleep(POLL_S)
        self.kill()
        return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def installed(binary: str, package: str) -> str:
    """Return the path of a server's binary.

    Raises:
        ServerMissing: There is none.
    """
    searched = os.pathsep.join((os.environ.get("PATH", os.defpath), SYSTEM_PATH))
    path = shutil.which(binary, path=searched)
    if path is None:
        raise ServerMissing(
            f"{binary} is not installed; install it with: sudo apt-get install {package}"
        )
    return path


def _dying_with_us() -> list[str]:
    """Return the prefix of a command that ends when this process does, however that happens."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def free_port() -> int:
    """Return a port on which nobody listens now; the caller tries another if it was late."""
    while True:
        port = _system_random.choice(PORTS)
        with socket.socket() as probe:
            if probe.connect_ex((Server.host, port)):
                return port

"""Fixtures shared by all tests: real servers.

A server that tests can share runs once per session (`mosquitto`, …). A test that stops, kills or
configures one launches its own: `launch(Mosquitto(tmp_path / "broker", persistence=True))`.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, S, ServerMissing


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A shared broker for anonymous clients, without persistence; keep to topics of your own."""
    with _started(Mosquitto(tmp_path_factory.mktemp("mosquitto"))) as server:
        yield server


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start servers of the test's own, which are stopped at its end."""
    with ExitStack() as stack:

        def start(server: S) -> S:
            stack.callback(_started(server).stop)
            return server

        yield start


def _started(server: S) -> S:
    """Start a server; where it is not installed, skip the test, or fail it on the CI machine."""
    try:
        server.start()
    except ServerMissing as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))
    return server

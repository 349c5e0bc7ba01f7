"""Fixtures shared by all tests: real servers.

A server that tests can share runs once per session (`mosquitto`, `facade`, …). A test that stops,
kills or configures one launches its own: `launch(Mosquitto(tmp_path / "broker", users=…))`.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import settings

from tests.servers.facade import Facade
from tests.servers.faults import Faults
from tests.servers.influxd import Influxd
from tests.servers.influxdb2 import URL, Influxdb2, RealInfluxdb2
from tests.servers.influxql import Database
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, S, ServerMissing
from tests.servers.victoria_metrics import VictoriaMetrics

settings.register_profile("untimed", deadline=None)  # a machine may be busy with other things
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """A shared broker for anonymous clients, without persistence; keep to topics of your own."""
    with started(Mosquitto(tmp_path_factory.mktemp("mosquitto"))) as server:
        yield server


@pytest.fixture(scope="session")
def influxd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influxd]:
    """A shared InfluxDB 1.6; usually you want `influxdb`."""
    with started(Influxd(tmp_path_factory.mktemp("influxd"))) as server:
        yield server


@pytest.fixture(scope="session")
def shared_facade(influxd: Influxd) -> Iterator[Facade]:
    """The facade behind `facade`, with whatever the last test left in it."""
    with Facade(influxd) as facade:
        yield facade


@pytest.fixture
def facade(shared_facade: Facade) -> Iterator[Facade]:
    """A shared InfluxDB 2 that can be told to misbehave, with no writes seen yet."""
    if URL in os.environ:
        pytest.skip(f"{URL} names a real server, which does not misbehave when told to")
    shared_facade.writes.clear()
    yield shared_facade
    shared_facade.faults.clear()


@pytest.fixture
def faults(facade: Facade) -> Faults:
    """What goes wrong in the shared InfluxDB 2; all is well again after the test."""
    return facade.faults


@pytest.fixture
def influxdb2(request: pytest.FixtureRequest) -> Influxdb2:
    """The server that `SNOWGRID_TEST_INFLUXDB_URL` names, or else the facade."""
    real = RealInfluxdb2.from_environment(os.environ)
    if real is not None:
        return real
    facade: Facade = request.getfixturevalue("facade")
    return facade


@pytest.fixture
def influxdb(influxdb2: Influxdb2) -> Database:
    """A new, empty bucket in an InfluxDB 2, and one for its rollups: `influxdb.rollups`."""
    database = influxdb2.create_bucket(f"telemetry_{secrets.token_hex(4)}")
    influxdb2.create_bucket(database.rollups.name)
    return database


@pytest.fixture(scope="session")
def victoria_metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VictoriaMetrics]:
    """A shared VictoriaMetrics without databases or buckets; keep to sites of your own."""
    with started(VictoriaMetrics(tmp_path_factory.mktemp("victoria-metrics"))) as server:
        yield server


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start servers of the test's own, which are stopped at its end."""
    with ExitStack() as stack:

        def start(server: S) -> S:
            stack.callback(started(server).stop)
            return server

        yield start


def started(server: S) -> S:
    """Start a server; where it is not installed, skip the test, or fail it on the CI machine."""
    try:
        server.start()
    except ServerMissing as missing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(missing))
    return server

"""Brokers with every sort of certificate, once for all tests of this package."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import started
from tests.servers.certificates import Certificates, Pair
from tests.servers.mosquitto import Mosquitto
from tests.tls.brokers import Brokers


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def brokers(
    certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Brokers]:
    folder = tmp_path_factory.mktemp("brokers")
    with ExitStack() as stack:

        def broker(name: str, pair: Pair | None = None, *more: str) -> Mosquitto:
            tls = [f"certfile {pair.cert_file}", f"keyfile {pair.key_file}"] if pair else []
            server = started(Mosquitto(folder / name, extra=[*tls, *more]))
            stack.callback(server.stop)
            return server

        yield Brokers(
            plain=broker("plain"),
            tls=broker("tls", certificates.server),
            expired=broker("expired", certificates.expired_server),
            elsewhere=broker("elsewhere", certificates.elsewhere),
            mutual=broker(
                "mutual",
                certificates.server,
                f"cafile {certificates.ca_file}",
                "require_certificate true",
            ),
        )

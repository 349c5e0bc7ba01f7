"""Brokers and databases with every sort of certificate, once for all tests of this package."""

import ssl
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.conftest import started
from tests.servers.certificates import Certificates, Pair
from tests.servers.in_thread import ServerThread
from tests.servers.mosquitto import Mosquitto
from tests.servers.victoria_metrics import VictoriaMetrics
from tests.tls.brokers import Brokers
from tests.tls.stores import Stores, influxdb_of_few_words


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


@pytest.fixture(scope="session")
def stores(
    certificates: Certificates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    folder = tmp_path_factory.mktemp("stores")
    with ExitStack() as stack:

        def store(name: str, pair: Pair | None = None) -> str:
            server = started(VictoriaMetrics(folder / name, pair=pair))
            stack.callback(server.stop)
            return server.url

        def of_few_words(*, mutual: bool) -> str:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.ca_file)
            tls.load_cert_chain(certificates.server.cert_file, certificates.server.key_file)
            tls.verify_mode = ssl.CERT_REQUIRED if mutual else ssl.CERT_NONE
            return stack.enter_context(ServerThread(influxdb_of_few_words, tls=tls)).url

        yield Stores(
            plain=store("plain"),
            tls=store("tls", certificates.server),
            expired=store("expired", certificates.expired_server),
            elsewhere=store("elsewhere", certificates.elsewhere),
            mutual=of_few_words(mutual=True),
            of_few_words=of_few_words(mutual=False),
        )

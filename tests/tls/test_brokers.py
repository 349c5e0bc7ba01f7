"""Every client meets every sort of broker, and says in one line what to mend."""

from collections.abc import Mapping

import pytest

from tests.servers.certificates import Certificates
from tests.tls.brokers import ILL, WELL, Brokers, Case
from tests.tls.clients import BY_OPTIONS, BY_SETTINGS, OPTIONS, SETTINGS, Client

# paho leaves the socket of a failed handshake to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning"
)


async def told(client: Client, case: Case, brokers: Brokers, certificates: Certificates) -> str:
    files = case.files(certificates) if case.tls else None
    return await client(getattr(brokers, case.broker), files)


@pytest.mark.parametrize("client", BY_SETTINGS | BY_OPTIONS)
@pytest.mark.parametrize("case", WELL)
async def test_who_has_what_is_wanted_gets_in(
    client: str, case: str, brokers: Brokers, certificates: Certificates
):
    connect = (BY_SETTINGS | BY_OPTIONS)[client]
    assert await told(connect, WELL[case], brokers, certificates) == ""


@pytest.mark.parametrize("client", BY_SETTINGS | BY_OPTIONS)
@pytest.mark.parametrize("case", ILL)
async def test_what_is_wrong_is_told_in_one_line_with_what_to_change(
    client: str, case: str, brokers: Brokers, certificates: Certificates
):
    connect = (BY_SETTINGS | BY_OPTIONS)[client]
    names: Mapping[str, str] = OPTIONS if client in BY_OPTIONS else SETTINGS
    text = await told(connect, ILL[case], brokers, certificates)
    for part in ILL[case].said:
        assert part.format(**names) in text
    assert "\n" not in text
    assert "_ssl.c" not in text

"""Everybody who asks InfluxDB meets every sort of server, and says in one line what to mend."""

import asyncio

import pytest

from ingest.errors import StoreDenied
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_api import InfluxdbApi
from tests.servers.certificates import Certificates
from tests.tls.brokers import ILL, WELL, Case
from tests.tls.stores import BY_OPTIONS, EVERYBODY, OPTIONS, SETTINGS, Stores

HTTPS_WANTED = b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
SAID = {name: case.said for name, case in ILL.items()} | {
    "TLS to a port without": ("does not speak TLS", "{off}"),
    "plain text to a TLS port": ("want TLS", "{on}"),
}


def settings_for(case: Case, stores: Stores, certificates: Certificates) -> InfluxdbSettings:
    url: str = getattr(stores, case.broker)
    files = case.files(certificates)
    if case.tls:
        url = url.replace("http://", "https://")
    else:
        url, files = url.replace("https://", "http://"), {}
    return InfluxdbSettings.model_validate({"url": url, "token": "token", **files})


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("case", WELL)
async def test_who_has_what_is_wanted_is_answered(
    who: str, case: str, stores: Stores, certificates: Certificates
):
    settings = settings_for(WELL[case], stores, certificates)
    if case == "the right authority":
        settings = settings.model_copy(update={"url": stores.of_few_words})
    assert await EVERYBODY[who](settings) == ""


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("case", ILL)
async def test_what_is_wrong_is_told_in_one_line_with_what_to_change(
    who: str, case: str, stores: Stores, certificates: Certificates
):
    text = await EVERYBODY[who](settings_for(ILL[case], stores, certificates))
    for part in SAID[case]:
        assert part.format(**(OPTIONS if who in BY_OPTIONS else SETTINGS)) in text
    assert "\n" not in text
    assert "_ssl.c" not in text


async def test_no_line_is_refused_because_the_url_should_have_been_https():
    async def as_go_does(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HTTPS_WANTED)
        writer.close()

    async with await asyncio.start_server(as_go_does, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with InfluxdbApi(InfluxdbSettings(url=url)) as api:
            with pytest.raises(StoreDenied, match="this port wants TLS"):
                await api.write(b"smart_meter,site=valley,device=m-1 power_w=1 1760000000000\n")

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from ingest.errors import ConfigError
from ingest.http import serving
from ingest.settings import HttpSettings
from ingest.stores.base import StoreState
from ingest.vitals import Vitals

ANY_PORT = HttpSettings(port=0, ready_max_age_s=60)
NOW = 1_000.0


def working_vitals() -> Vitals:
    return Vitals(started_at=990.0, broker="broker:1883", connected=True, subscribed_since=995.0)


@asynccontextmanager
async def client_of(vitals: Vitals) -> AsyncIterator[aiohttp.ClientSession]:
    async with (
        serving(ANY_PORT, vitals, clock=lambda: NOW) as url,
        aiohttp.ClientSession(url) as client,
    ):
        yield client


async def readyz(vitals: Vitals) -> tuple[int, dict[str, Any]]:
    async with client_of(vitals) as client, client.get("/readyz") as answer:
        return answer.status, await answer.json()


async def test_metrics_are_served_in_the_format_that_prometheus_parses() -> None:
    vitals = working_vitals()
    async with client_of(vitals) as client, client.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        families = list(text_string_to_metric_families(await answer.text()))
    assert "snowgrid_messages_received" in {family.name for family in families}


async def test_openmetrics_is_served_to_who_asks_for_it() -> None:
    headers = {"Accept": "application/openmetrics-text; version=1.0.0"}
    async with (
        client_of(working_vitals()) as client,
        client.get("/metrics", headers=headers) as answer,
    ):
        assert answer.content_type == "application/openmetrics-text"
        assert (await answer.text()).endswith("# EOF\n")


async def test_metrics_follow_the_service_between_two_scrapes() -> None:
    vitals = working_vitals()
    async with client_of(vitals) as client:
        for devices in (3, 4):
            vitals.devices = devices
            async with client.get("/metrics") as answer:
                assert f"snowgrid_devices {devices}.0" in await answer.text()


async def test_healthz_answers_while_the_loop_turns() -> None:
    async with (
        client_of(Vitals(started_at=990.0, broker="b")) as client,
        client.get("/healthz") as answer,
    ):
        assert (answer.status, await answer.json()) == (200, {"alive": True, "uptime_s": 10.0})


async def test_ready_when_subscribed_and_nothing_waits() -> None:
    assert await readyz(working_vitals()) == (200, {"ready": True, "failing": {}, "notes": []})


async def test_not_ready_without_a_link_and_the_answer_names_the_broker() -> None:
    status, answer = await readyz(Vitals(started_at=0, broker="broker:1883"))
    assert status == 503
    assert answer["failing"] == {"subscribed": "not connected to broker:1883"}


async def test_not_ready_between_connection_and_subscription() -> None:
    vitals = Vitals(started_at=0, broker="broker:1883", connected=True)
    _, answer = await readyz(vitals)
    assert answer["failing"] == {"subscribed": "connected, not yet subscribed to broker:1883"}


@pytest.mark.parametrize(("waiting_s", "status"), [(60.0, 200), (60.5, 503)])
async def test_not_ready_when_a_message_waits_too_long_for_its_commit(
    waiting_s: float, status: int
) -> None:
    vitals = working_vitals()
    vitals.oldest_uncommitted_at = NOW - waiting_s
    answered, answer = await readyz(vitals)
    assert answered == status
    assert list(answer["failing"]) == (["committing"] if status == 503 else [])


async def test_complaints_are_notes_because_readings_stay_durable() -> None:
    vitals = working_vitals()
    vitals.disk_complaint = "disk is nearly full"
    vitals.store_state = lambda: StoreState(
        stored=0, refused=0, waiting=9, complaint="401: check the token"
    )
    status, answer = await readyz(vitals)
    assert status == 200
    assert answer["notes"] == ["disk is nearly full", "401: check the token"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_sent(method: str) -> None:
    async with client_of(working_vitals()) as client, client.request(method, "/metrics") as answer:
        assert answer.status == 405


async def test_a_body_is_refused() -> None:
    async with (
        client_of(working_vitals()) as client,
        client.get("/metrics", data=b"x" * 1_000) as answer,
    ):
        assert answer.status == 413


@pytest.mark.parametrize("path", ["/", "/metrics/", "/../etc/passwd", "/readyz/x"])
async def test_other_paths_do_not_exist(path: str) -> None:
    async with client_of(working_vitals()) as client, client.get(path) as answer:
        assert answer.status == 404


async def test_an_endless_request_line_is_cut_off() -> None:
    async with serving(ANY_PORT, working_vitals()) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 431")
        writer.close()


async def test_a_port_in_use_is_told_with_its_key_and_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError) as caught:
            async with serving(HttpSettings(port=port), working_vitals()):
                pass
    told = f"http.port: cannot listen on 127.0.0.1:{port}: Address already in use; set http.port"
    assert str(caught.value).startswith(told)


async def test_a_host_that_is_not_ours_is_told() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on nowhere\.invalid:0: "):
        async with serving(HttpSettings(host="nowhere.invalid", port=0), working_vitals()):
            pass


async def test_the_port_is_free_again_afterwards() -> None:
    async with serving(ANY_PORT, working_vitals()) as url:
        port = int(url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        pass


async def test_ipv6_addresses_make_a_usable_url() -> None:
    async with serving(HttpSettings(host="::1", port=0), working_vitals()) as url:
        assert url.startswith("http://[::1]:")
        async with aiohttp.ClientSession(url) as client, client.get("/healthz") as answer:
            assert json.loads(await answer.text())["alive"]

import asyncio
import socket
from pathlib import Path

import aiomqtt
import pytest
import trustme

from ingest.check.broker import check_broker
from ingest.check.finding import Finding, Verdict
from ingest.settings_mqtt import MqttSettings, TlsSettings
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch, free_port

TIMEOUT_S = 5.0


def at(broker: Mosquitto, **more: object) -> MqttSettings:
    return MqttSettings.model_validate({"host": broker.host, "port": broker.port} | more)


async def check(settings: MqttSettings, timeout_s: float = TIMEOUT_S) -> list[Finding]:
    return await check_broker(settings, timeout_s)


async def the_wrong_one(settings: MqttSettings, timeout_s: float = TIMEOUT_S) -> str:
    (found,) = [f for f in await check(settings, timeout_s) if f.verdict is Verdict.WRONG]
    return f"{found.what} → {found.fix}"


async def test_a_broker_that_lets_us_in_and_read_is_good(mosquitto: Mosquitto) -> None:
    findings = await check(at(mosquitto, topics=["telemetry/#", "$share/group/status/#"]))
    assert [found.verdict for found in findings] == [Verdict.GOOD] * 3
    assert [found.what for found in findings] == [
        f"127.0.0.1:{mosquitto.port}: connected anonymously",
        "may read telemetry/#",
        "may read $share/group/status/#",
    ]


async def test_the_session_of_a_running_service_is_left_alone(mosquitto: Mosquitto) -> None:
    settings = at(mosquitto, client_id="check-running")
    async with aiomqtt.Client(
        mosquitto.host, mosquitto.port, identifier=settings.client_id
    ) as service:
        await service.subscribe("check/running", qos=1)
        await check(settings)
        await service.publish("check/running", b"still here", qos=1)
        async with asyncio.timeout(10):
            assert (await anext(service.messages)).payload == b"still here"


async def test_a_shared_stream_loses_nothing_to_the_check(mosquitto: Mosquitto) -> None:
    shared = "$share/group/check/shared/#"
    v5 = aiomqtt.ProtocolVersion.V5
    async with aiomqtt.Client(mosquitto.host, mosquitto.port, protocol=v5) as service:
        await service.subscribe(shared, qos=1)
        checks = asyncio.create_task(check(at(mosquitto, topics=[shared])))
        sent = 0
        while not checks.done():
            await service.publish("check/shared/x", str(sent), qos=1)
            sent += 1
        await checks
        async with asyncio.timeout(10):
            got = [int(str((await anext(service.messages)).payload, "ascii")) for _ in range(sent)]
    assert got == list(range(sent))


@pytest.mark.parametrize(
    ("given", "who"),
    [
        ({}, "an anonymous user"),
        ({"username": "ingest", "password": "wrong"}, "user 'ingest'"),
    ],
)
async def test_a_refused_user_is_told_with_the_reason_and_the_key(
    launch: Launch, tmp_path: Path, given: dict[str, str], who: str
) -> None:
    broker = launch(Mosquitto(tmp_path / "broker", users={"ingest": "right"}))
    text = await the_wrong_one(at(broker, **given))
    assert f"refused {who}: NOT_AUTHORIZED (135)" in text
    assert "mqtt.username" in text
    assert "wrong" not in text


async def test_a_user_and_a_password_file_are_used(launch: Launch, tmp_path: Path) -> None:
    broker = launch(Mosquitto(tmp_path / "broker", users={"ingest": "right"}))
    (tmp_path / "password").write_text("right\n")
    (tmp_path / "password").chmod(0o600)
    findings = await check(at(broker, username="ingest", password_file=tmp_path / "password"))
    assert findings[0].what.endswith("connected as 'ingest'")


async def test_a_missing_password_file_is_told_before_connecting(tmp_path: Path) -> None:
    text = await the_wrong_one(MqttSettings(password_file=tmp_path / "none"))
    assert text.startswith("mqtt.password_file: ")


async def test_nobody_listening_is_told_with_host_and_port() -> None:
    port = free_port()
    text = await the_wrong_one(MqttSettings(port=port))
    assert f"127.0.0.1:{port}: " in text
    assert "mqtt.host and mqtt.port" in text


async def test_a_name_that_does_not_exist_is_told() -> None:
    assert "nowhere.invalid" in await the_wrong_one(MqttSettings(host="nowhere.invalid"))


async def test_nothing_is_logged_beside_the_finding(caplog: pytest.LogCaptureFixture) -> None:
    await check(MqttSettings(port=free_port()))
    assert caplog.records == []


async def test_a_silent_server_is_told_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = await the_wrong_one(MqttSettings(port=port), timeout_s=0.2)
    assert "mqtt.tls.enabled" in text


# paho leaves the socket of a failed handshake to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_tls_with_the_right_authority_is_good_and_without_it_told(
    launch: Launch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    ca_file, cert_file = tmp_path / "ca.pem", tmp_path / "server.pem"
    authority.cert_pem.write_to_path(ca_file)
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(cert_file)
    broker = launch(
        Mosquitto(tmp_path / "broker", extra=[f"certfile {cert_file}", f"keyfile {cert_file}"])
    )
    trusting = at(broker, tls=TlsSettings(enabled=True, ca_file=ca_file))
    assert {found.verdict for found in await check(trusting)} == {Verdict.GOOD}
    assert "mqtt.tls.ca_file" in await the_wrong_one(at(broker, tls=TlsSettings(enabled=True)))
    assert "mqtt.tls.enabled" in await the_wrong_one(at(broker), timeout_s=0.5)

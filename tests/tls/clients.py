"""Everything of Snowgrid that connects to a broker, reduced to what it tells of that."""

import asyncio
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from devices.fleets.fleet import Gateway
from devices.gateways.broker import BrokerAddress, broker_address
from devices.gateways.gateway import GatewayConnection, Uplink
from devices.gateways.publisher import Publisher
from devices.load.connection import Connection
from devices.load.meter import Meter
from devices.load.pool import Gate, Pool
from devices.load.schedule import Profile, Schedule
from devices.simulator.progress import SimulatorProgress
from ingest.alerts.mqtt_output import MqttOutput
from ingest.check.broker import check_broker
from ingest.check.finding import Verdict
from ingest.dead_letters.replay import BrokerPublisher
from ingest.errors import BrokerError
from ingest.mqtt.subscriber import Subscriber
from ingest.settings import BatchSettings
from ingest.settings_mqtt import MqttSettings
from ingest.vitals import Vitals
from snowgrid.cli.errors import told_to_the_user
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

ANSWER_S = 10.0
RNG = random.Random(1)  # noqa: S311 - repeatable

SETTINGS = {
    "ca": "mqtt.tls.ca_file",
    "cert": "mqtt.tls.cert_file",
    "host": "mqtt.host",
    "on": "set mqtt.tls.enabled",
    "off": "unset mqtt.tls.enabled",
}
OPTIONS = {
    "ca": "--ca-file",
    "cert": "--cert-file",
    "host": "the broker's name",
    "on": "mqtts://",
    "off": "mqtt://",
}


class Client(Protocol):
    """Connects, and returns the complaint it has, or an empty string."""

    async def __call__(self, broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
        """Connect to a broker.

        Args:
            broker: Where to.
            files: Certificates by setting; None to speak no TLS.
        """
        ...


async def service(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    settings = _settings(broker, files)
    subscriber = Subscriber(settings, BatchSettings(), Vitals(started_at=0, broker=broker.url))
    running = asyncio.create_task(subscriber.run())
    vitals = subscriber._vitals
    await eventually(lambda: vitals.broker_complaint or vitals.subscribed_since is not None)
    complaint = vitals.broker_complaint
    await subscriber.close()
    running.cancel()
    await asyncio.wait([running])
    return complaint


async def check(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    findings = await check_broker(_settings(broker, files), ANSWER_S)
    return "; ".join(f"{f.what} → {f.fix}" for f in findings if f.verdict is Verdict.WRONG)


async def alerts(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    output = MqttOutput(_settings(broker, files))
    running = asyncio.create_task(output.run())
    output._change("alert/s/k/d/r")
    await eventually(lambda: output.complaint or output._done.is_set())
    running.cancel()
    await asyncio.wait([running])
    return output.complaint


async def replay(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    try:
        async with BrokerPublisher(_settings(broker, files)):
            return ""
    except BrokerError as error:
        return str(error)


async def simulator(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    progress = SimulatorProgress(gateways=1)
    uplink = Uplink(
        address=_address(broker, files),
        progress=progress,
        now_ms=lambda: 0,
        jitter=RNG,
        timeout_s=ANSWER_S,
    )
    gateway = Gateway(site="valley", name="gw-1")
    connection = GatewayConnection(gateway, Publisher(qos=1, progress=progress), uplink)
    running = asyncio.create_task(connection.run())
    await eventually(lambda: progress.complaint or progress.gateways_online)
    running.cancel()
    await asyncio.wait([running])
    return progress.complaint


async def load(broker: Mosquitto, files: Mapping[str, Path] | None) -> str:
    address = _address(broker, files)
    meter = Meter(Schedule(Profile.CONSTANT, rate_per_s=1.0, duration_s=1.0), 0.0)
    connection = Connection("load", address.login(""), 0, meter=meter, now_s=time.monotonic)
    pool = Pool([connection], address, Gate(1_000, time.monotonic), RNG)
    try:
        await pool.open()
    except ExceptionGroup as group:
        return told_to_the_user(group)
    await pool.close()
    return ""


BY_SETTINGS: dict[str, Client] = {
    "the service": service,
    "check": check,
    "alerts": alerts,
    "replay": replay,
}
BY_OPTIONS: dict[str, Client] = {"the simulator": simulator, "the load": load}


def _settings(broker: Mosquitto, files: Mapping[str, Path] | None) -> MqttSettings:
    tls = {"enabled": files is not None, **(files or {})}
    return MqttSettings.model_validate({"host": broker.host, "port": broker.port, "tls": tls})


def _address(broker: Mosquitto, files: Mapping[str, Path] | None) -> BrokerAddress:
    scheme = "mqtt" if files is None else "mqtts"
    return broker_address(
        f"{scheme}://{broker.host}:{broker.port}",
        ca_file=(files or {}).get("ca_file"),
        cert_file=(files or {}).get("cert_file"),
        key_file=(files or {}).get("key_file"),
    )

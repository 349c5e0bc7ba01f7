"""A gateway at a real broker: what it says, and what it does when the broker goes away."""

import asyncio
import json
import os
import random
import secrets
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import pytest

from devices.fleets.fleet import Gateway
from devices.gateways.broker import BrokerAddress, broker_address
from devices.gateways.gateway import GatewayConnection, Uplink
from devices.gateways.outbox import Message
from devices.gateways.publisher import BACKLOG, Publisher
from devices.simulator.progress import SimulatorProgress
from tests.devices.listener import Listener
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

NOW_MS = 1_760_000_000_000


class Eager(random.Random):
    """Waits a tenth of the longest time that it might."""

    def uniform(self, a: float, b: float) -> float:
        """Return a tenth of the way from a to b."""
        return a + 0.1 * (b - a)


@dataclass
class Running:
    connection: GatewayConnection
    publisher: Publisher
    progress: SimulatorProgress
    task: asyncio.Task[None]
    site: str

    @property
    def status_topic(self) -> str:
        return f"status/{self.site}/attic"

    def make(self, *numbers: int, device: str = "d1") -> None:
        for number in numbers:
            topic = f"telemetry/{self.site}/sample/{device}"
            payload = b'{"ts":%d,"seq":%d,"voltage_l1_v":230.0}' % (NOW_MS + number, number)
            self.publisher.put(Message(topic, payload, "sample"))

    async def finished(self) -> None:
        self.connection.finish()
        async with asyncio.timeout(20):
            await self.task


@asynccontextmanager
async def gateway(
    address: BrokerAddress, *, qos: int = 1, site: str = "", timeout_s: float = 10.0
) -> AsyncIterator[Running]:
    site = site or f"site-{secrets.token_hex(4)}"
    progress = SimulatorProgress(gateways=1)
    publisher = Publisher(qos=1 if qos else 0, progress=progress)
    uplink = Uplink(
        address=address,
        progress=progress,
        now_ms=lambda: NOW_MS,
        jitter=Eager(1),
        timeout_s=timeout_s,
    )
    connection = GatewayConnection(Gateway(site=site, name="attic"), publisher, uplink)
    task = asyncio.create_task(connection.run())
    yield Running(connection, publisher, progress, task, site)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_it_says_online_when_it_comes_and_offline_when_it_leaves(mosquitto):
    async with gateway(broker_address(mosquitto.url)) as running:
        await eventually(lambda: running.progress.gateways_online)
        async with Listener(mosquitto, running.status_topic, name=running.site) as listener:
            await eventually(lambda: listener.heard)
            await running.finished()
            await eventually(lambda: len(listener.heard) == 2)
    assert [json.loads(payload) for _, payload in listener.heard] == [
        {"state": "online", "ts": NOW_MS},
        {"state": "offline", "ts": NOW_MS},
    ]
    assert running.progress.gateways_online == 0


async def test_cancelled_the_broker_says_offline_for_it(mosquitto):
    async with gateway(broker_address(mosquitto.url)) as running:
        await eventually(lambda: running.progress.gateways_online)
        async with Listener(mosquitto, running.status_topic, name=running.site) as listener:
            running.task.cancel()
            await listener.left(running.status_topic)


@pytest.mark.parametrize("qos", [0, 1])
async def test_what_is_put_in_is_published_in_order_and_counted(mosquitto, qos):
    async with gateway(broker_address(mosquitto.url), qos=qos) as running:
        await eventually(lambda: running.progress.gateways_online)
        async with Listener(
            mosquitto, f"telemetry/{running.site}/#", name=running.site
        ) as listener:
            running.make(*range(100))
            await running.finished()
            await eventually(lambda: len(listener.heard) == 100)
    progress = running.progress
    assert [json.loads(payload)["seq"] for _, payload in listener.heard] == list(range(100))
    assert progress.published == {"sample": 100}
    assert (progress.acknowledged, progress.waiting, progress.dropped) == (100 * qos, 0, 0)


async def test_readings_made_while_the_broker_was_killed_arrive_after_it_came_back(
    launch, tmp_path
):
    # The listener's session must outlive the kill, or it would miss what comes before it is back.
    broker = launch(
        Mosquitto(
            tmp_path / "broker",
            persistence=True,
            extra=["autosave_on_changes true", "autosave_interval 1"],
        )
    )
    async with gateway(broker_address(broker.url)) as running:
        filters = (f"telemetry/{running.site}/#", running.status_topic)
        async with Listener(broker, *filters, name=running.site) as listener:
            await eventually(lambda: running.progress.gateways_online)
            running.make(*range(10))
            await eventually(lambda: listener.count == running.progress.acknowledged == 10)
            broker.kill()
            await eventually(lambda: not running.progress.gateways_online)
            assert f"{broker.host}:{broker.port}" in running.progress.complaint
            running.make(*range(10, 30))
            running.make(*range(5), device="d2")
            broker.start()
            await eventually(lambda: listener.count == 35)
            await eventually(lambda: running.progress.acknowledged == 35)
    assert (running.progress.waiting, running.progress.dropped) == (0, 0)
    assert running.progress.connections == 2
    assert running.progress.complaint == ""
    uploads = [json.loads(payload) for _, payload in listener.heard if payload.startswith(b"[")]
    assert [reading["seq"] for reading in uploads[0]] == list(range(10, 30))


async def test_a_broker_that_stops_acknowledging_is_left_and_gets_everything_later(
    launch, tmp_path
):
    broker = launch(Mosquitto(tmp_path / "broker"))
    async with gateway(broker_address(broker.url), timeout_s=0.3) as running:
        await eventually(lambda: running.progress.gateways_online)
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            running.make(*range(50))
            await eventually(lambda: "not acknowledged" in running.progress.complaint)
            assert (running.progress.waiting, running.progress.published) == (50, {})
        finally:
            os.kill(broker.pid, signal.SIGCONT)
        await eventually(lambda: running.progress.acknowledged == 50)
    assert running.progress.waiting == 0


async def test_a_full_backlog_drops_the_oldest_and_counts_them(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker"))
    broker.stop()
    async with gateway(broker_address(broker.url)) as running:
        running.make(*range(BACKLOG + 7))
        assert running.progress.dropped == 7
        broker.start()
        async with Listener(broker, f"telemetry/{running.site}/#") as listener:
            await eventually(lambda: running.progress.acknowledged == BACKLOG)
            if listener.heard:
                assert 0 not in listener.readings[f"telemetry/{running.site}/sample/d1"]
    assert running.progress.waiting == 0


async def test_a_broker_that_is_not_there_is_told_with_address_and_reason(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker"))
    broker.stop()
    async with gateway(broker_address(broker.url)) as running:
        await eventually(lambda: running.progress.complaint)
        assert f"{broker.host}:{broker.port}" in running.progress.complaint
        assert "refused" in running.progress.complaint


async def test_a_refused_login_is_told_with_user_and_what_to_check(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker", users={"gateway": "right"}))
    address = broker_address(broker.url, username="gateway", password="wrong")
    async with gateway(address) as running:
        await eventually(lambda: running.progress.complaint)
    assert "user 'gateway'" in running.progress.complaint
    assert "--password-file" in running.progress.complaint


async def test_the_right_password_lets_it_in(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker", users={"gateway": "right"}))
    async with gateway(broker_address(broker.url, username="gateway", password="right")) as running:
        await eventually(lambda: running.progress.gateways_online)


async def test_a_refused_publish_counts_as_refused_and_not_as_published(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker", acl=["topic write status/#"]))
    async with gateway(broker_address(broker.url)) as running:
        running.make(1, 2, 3)
        await eventually(lambda: running.progress.refused == 3)
        await running.finished()
    assert running.progress.published == {}
    assert running.progress.waiting == 0
    assert f"telemetry/{running.site}/sample/d1: Not authorized" in running.progress.refusal


async def test_two_that_take_each_others_place_are_told(mosquitto):
    address = broker_address(mosquitto.url)
    async with gateway(address) as first:
        await eventually(lambda: first.progress.gateways_online)
        async with gateway(address, site=first.site):
            await eventually(lambda: "another simulator" in first.progress.complaint)


async def test_a_server_that_never_answers_is_given_up_and_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)  # noqa: FBT003 - the socket's own way
        loop = asyncio.get_running_loop()
        address = BrokerAddress(host="127.0.0.1", port=silent.getsockname()[1])
        async with gateway(address, timeout_s=0.2) as running:
            first, _ = await loop.sock_accept(silent)
            with first:
                await eventually(lambda: "no answer in time" in running.progress.complaint)
                while await loop.sock_recv(first, 1_000):
                    pass
            again, _ = await loop.sock_accept(silent)
            again.close()

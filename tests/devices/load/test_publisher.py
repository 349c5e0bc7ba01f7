import asyncio
import os
import signal
import time
from contextlib import suppress

import msgspec
import pytest
import trustme

from devices.errors import BrokerInvalid
from devices.gateways.broker import broker_address
from devices.load.histogram import Histogram
from devices.load.outcomes import Outcome
from devices.load.publisher import Publisher
from devices.load.shard import Shard
from snowgrid.demo.broker import embedded_broker
from snowgrid.loading.order import BrokerOrder
from tests.devices.load.loads import plan_of, publish, publisher_at, workload_of
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

WELCOME = bytes.fromhex("20 03 00 00 00")
REFUSAL = bytes.fromhex("20 03 00 87 00")  # not authorized

# Client ids hang on the shard, so tests that share a broker take one each.


@pytest.mark.parametrize("qos", [0, 1])
async def test_all_that_is_intended_is_sent_and_settled_and_the_counts_add_up(mosquitto, qos):
    publisher = publisher_at(mosquitto.port, plan_of(qos=qos, shard=Shard(qos + 1, 8)))
    report = await publish(publisher)
    assert report.intended == report.sent == report.acknowledged == report.readings > 50
    assert report.unsent == report.unanswered == report.refused == report.reconnects == 0
    assert report.connections == 4
    assert sum(second.due for second in report.seconds) == report.intended
    assert sum(second.sent for second in report.seconds) == report.sent
    assert sum(second.acknowledged for second in report.seconds) == report.acknowledged
    assert sum(report.sent_by_due_s) == report.sent
    assert sum(report.latency.counts) == report.acknowledged
    assert publisher.meter.outcomes.count(Outcome.ACKNOWLEDGED) == report.acknowledged


async def test_the_embedded_broker_takes_it_as_well():
    async with embedded_broker() as broker:
        report = await publish(publisher_at(broker.port, plan_of()))
    assert report.acknowledged == report.intended == 500


async def test_a_broker_that_stalls_shows_in_the_latency_of_all_that_was_due_meanwhile(
    launch, tmp_path
):
    # It lets each connection have five in flight, so what is due in the stall cannot even be sent:
    # timed from then, it would look as if nothing had happened.
    broker = launch(Mosquitto(tmp_path / "broker", extra=["max_inflight_messages 5"]))
    publisher = publisher_at(broker.port, plan_of(rate_per_s=500.0, duration_s=1.6))
    publishing = asyncio.create_task(publish(publisher))
    await eventually(lambda: publisher.meter.acknowledged > 50)
    os.kill(broker.pid, signal.SIGSTOP)
    stopped_s = time.monotonic()
    await eventually(lambda: time.monotonic() > stopped_s + 1.0)
    os.kill(broker.pid, signal.SIGCONT)
    report = await publishing
    assert report.acknowledged == report.intended == 800
    # Half a second of the stall and more is waited through by half of what was due in it.
    for waited in (Histogram.of(report.latency), Histogram.of(report.lateness)):
        assert waited.percentile_s(99) > 0.9
        assert waited.percentile_s(75) > 0.4


async def test_what_was_not_acknowledged_when_a_connection_broke_is_sent_again(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker"))
    publisher = publisher_at(broker.port, plan_of(duration_s=1.0))
    publishing = asyncio.create_task(publish(publisher))
    await eventually(lambda: publisher.meter.acknowledged > 50)
    broker.kill()
    broker.start()
    report = await publishing
    assert report.acknowledged == report.intended == 1_000
    assert report.reconnects == 4
    assert report.sent == 1_000


async def test_a_run_that_is_stopped_reports_what_was_due_until_then(mosquitto):
    stop = asyncio.Event()
    publisher = publisher_at(mosquitto.port, plan_of(duration_s=60.0, shard=Shard(3, 8)))
    publishing = asyncio.create_task(publish(publisher, stop))
    await eventually(lambda: publisher.meter.acknowledged > 20)
    stop.set()
    report = await publishing
    assert report.stopped
    assert 20 < report.acknowledged == report.sent == report.intended < 1_000


async def test_messages_that_the_broker_refuses_are_counted_by_its_reason(launch, tmp_path):
    broker = launch(
        Mosquitto(tmp_path / "broker", users={"ann": "secret"}, acl=["user ann", "topic read #"])
    )
    publisher = publisher_at(broker.port, plan_of())
    for connection in publisher._connections:
        connection._login = type(connection._login)(username="ann", password="secret")
    report = await publish(publisher)
    assert report.refused == report.sent == 500
    assert report.reasons == {"NOT_AUTHORIZED": 500}
    assert publisher.meter.outcomes.count(Outcome.REFUSED) == 500


async def test_a_broker_that_turns_us_away_is_named_with_its_answer(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker", users={"ann": "secret"}))
    with pytest.raises(ExceptionGroup) as problems:
        await publish(publisher_at(broker.port, plan_of()))
    assert all(isinstance(problem, BrokerInvalid) for problem in problems.value.exceptions)
    assert "NOT_AUTHORIZED" in str(problems.value.exceptions[0])


async def test_connections_are_opened_no_faster_than_asked(mosquitto):
    publisher = publisher_at(
        mosquitto.port, plan_of(connections=20, connects_per_s=50.0, shard=Shard(4, 8))
    )
    begun_s = time.monotonic()
    await publish(publisher)
    assert time.monotonic() - begun_s > 19 / 50


async def test_a_stage_between_devices_and_publisher_may_leave_messages_out(mosquitto):
    plan = plan_of(shard=Shard(5, 8))
    publisher = publisher_at(
        mosquitto.port, plan, stage=lambda messages: [m for m in messages if m.number % 2]
    )
    report = await publish(publisher)
    assert report.acknowledged == report.intended == publisher._schedule.total // 2


async def test_it_shows_its_certificate_to_a_broker_that_asks_for_one(launch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    for name in ("127.0.0.1", "load"):
        certificate = authority.issue_cert(name)
        certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / f"{name}.pem")
    files = {"certfile": "127.0.0.1.pem", "keyfile": "127.0.0.1.pem", "cafile": "ca.crt"}
    extra = [f"{key} {tmp_path}/{name}" for key, name in files.items()]
    broker = launch(Mosquitto(tmp_path / "broker", extra=[*extra, "require_certificate true"]))
    ours = str(tmp_path / "load.pem")
    order = BrokerOrder(
        url=f"mqtts://127.0.0.1:{broker.port}",
        ca_file=str(tmp_path / "ca.crt"),
        cert_file=ours,
        key_file=ours,
    )
    plan = plan_of(connections=3)
    report = await publish(Publisher(workload_of(plan), plan, order.address()))
    assert report.acknowledged == report.intended == 500
    nobody = msgspec.structs.replace(order, cert_file=None, key_file=None).address()
    with pytest.raises(ExceptionGroup):
        await publish(Publisher(workload_of(plan), plan, nobody))


async def test_where_one_connection_is_refused_none_stays_open():
    answers = iter([WELCOME, WELCOME, REFUSAL])
    ended = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal ended
        await reader.readuntil(b"MQTT")
        writer.write(next(answers))
        with suppress(ConnectionError):
            await reader.read(-1)
        ended += 1
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ExceptionGroup):
            await publisher_at(port, plan_of(connections=3)).open()
        await eventually(lambda: ended == 3)


async def test_it_speaks_tls_to_a_broker_that_it_can_check(launch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_and_cert_chain_pem.write_to_path(tmp_path / "server.pem")
    extra = [f"certfile {tmp_path}/server.pem", f"keyfile {tmp_path}/server.pem"]
    broker = launch(Mosquitto(tmp_path / "broker", extra=extra))
    url = f"mqtts://127.0.0.1:{broker.port}"
    plan = plan_of(connections=3)
    trusting = broker_address(url, ca_file=tmp_path / "ca.crt")
    report = await publish(Publisher(workload_of(plan), plan, trusting))
    assert report.acknowledged == report.intended == 500
    with pytest.raises(ExceptionGroup) as problems:
        await publish(Publisher(workload_of(plan), plan, broker_address(url)))
    assert "certificate" in str(problems.value.exceptions[0])

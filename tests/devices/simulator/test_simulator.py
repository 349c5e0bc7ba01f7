"""A fleet is played into a real broker, and every reading is accounted for."""

import asyncio
import json
import secrets
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from devices.fleets.file import load_fleet
from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress, broker_address
from devices.simulator.progress import SimulatorProgress
from devices.simulator.simulator import SimulatorPlan, run_simulator
from tests.devices.listener import Listener
from tests.devices.sample import sample_fleet
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto

START = datetime(2026, 1, 15, 10, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)


@pytest.fixture
def site():
    return f"site-{secrets.token_hex(4)}"


async def play(fleet: Fleet, address: BrokerAddress, plan: SimulatorPlan) -> SimulatorProgress:
    progress = SimulatorProgress()
    await run_simulator(fleet, address, plan, stop=asyncio.Event(), progress=progress)
    return progress


async def heard_of(
    mosquitto: Mosquitto, fleet: Fleet, *, seed: int = 1
) -> dict[str, dict[int, bytes]]:
    """Play half a minute of a fleet in a quarter of a second, and return what was heard."""
    site = fleet.sites[0].place.name
    plan = SimulatorPlan(start=START, speed=120.0, duration_s=0.25, seed=seed)
    async with Listener(mosquitto, f"telemetry/{site}/#", name=secrets.token_hex(8)) as listener:
        progress = await play(fleet, broker_address(mosquitto.url), plan)
        await eventually(lambda: listener.count >= progress.published.total())
    assert progress.published.total() == progress.made.total() > 0
    return listener.readings


async def test_the_same_seed_and_start_publish_the_same_bytes(mosquitto, site):
    fleet = sample_fleet(site=site)
    first = await heard_of(mosquitto, fleet, seed=7)
    assert first == await heard_of(mosquitto, fleet, seed=7)
    assert first != await heard_of(mosquitto, fleet, seed=8)


async def test_more_gateways_publish_the_same_bytes(mosquitto, site):
    one = await heard_of(mosquitto, sample_fleet(site=site, gateways=1))
    assert one == await heard_of(mosquitto, sample_fleet(site=site, gateways=6))


@pytest.mark.parametrize("qos", [0, 1])
async def test_the_figures_are_what_an_independent_subscriber_saw(mosquitto, site, qos):
    fleet = sample_fleet(site=site, count=60, interval_s=1.0, gateways=3)
    plan = SimulatorPlan(start=START, speed=20.0, duration_s=0.5, qos=qos)
    async with Listener(mosquitto, f"+/{site}/#", name=site) as listener:
        progress = await play(fleet, broker_address(mosquitto.url), plan)
        await eventually(lambda: listener.count >= progress.published.total())
        for number in (1, 2, 3):
            await listener.left(f"status/{site}/gateway-{number}")
    assert progress.made == progress.published == {"sample": listener.count}
    assert progress.acknowledged == qos * listener.count
    assert (progress.waiting, progress.dropped, progress.refused) == (0, 0, 0)
    assert (progress.devices, progress.gateways, progress.gateways_online) == (60, 3, 0)
    assert progress.simulated_ms == START_MS + 10_000


async def test_at_another_speed_simulated_time_ends_at_the_present(mosquitto, site):
    plan = SimulatorPlan(speed=100.0, duration_s=0.3)
    async with Listener(mosquitto, f"telemetry/{site}/#", name=site) as listener:
        began = datetime.now(UTC)
        progress = await play(sample_fleet(site=site), broker_address(mosquitto.url), plan)
        await eventually(lambda: listener.count >= progress.published.total())
    stamps = [json.loads(p)["ts"] / 1000 for _, p in listener.heard if p.startswith(b"{")]
    assert max(stamps) <= datetime.now(UTC).timestamp()
    assert min(stamps) < (began - timedelta(seconds=15)).timestamp()
    assert progress.simulated_ms / 1000 >= began.timestamp()


async def test_stopped_it_publishes_what_was_made_and_says_offline(mosquitto, site):
    stop, progress = asyncio.Event(), SimulatorProgress()
    fleet = sample_fleet(site=site, interval_s=0.5)
    async with Listener(mosquitto, f"status/{site}/#", name=site) as listener:
        address = broker_address(mosquitto.url)
        running = asyncio.create_task(
            run_simulator(fleet, address, SimulatorPlan(), stop=stop, progress=progress)
        )
        await eventually(lambda: progress.acknowledged > 20)
        stop.set()
        async with asyncio.timeout(20):
            await running
        await listener.left(f"status/{site}/gateway-1")
    assert progress.waiting == 0
    assert progress.made.total() == progress.acknowledged


async def test_readings_of_an_outage_arrive_when_the_broker_is_back(launch, tmp_path, site):
    broker = launch(Mosquitto(tmp_path / "broker", persistence=True))
    stop, progress = asyncio.Event(), SimulatorProgress()
    fleet = sample_fleet(site=site, count=40, interval_s=0.5, gateways=2)
    async with Listener(broker, f"telemetry/{site}/#", name=site) as listener:
        address = broker_address(broker.url)
        running = asyncio.create_task(
            run_simulator(fleet, address, SimulatorPlan(), stop=stop, progress=progress)
        )
        await eventually(lambda: progress.acknowledged > 50)
        broker.restart()
        await eventually(lambda: progress.connections == 4)
        await eventually(lambda: progress.waiting < 40)
        stop.set()
        async with asyncio.timeout(20):
            await running
        await eventually(lambda: listener.count == progress.made.total())
    assert progress.acknowledged == progress.made.total()
    for series in listener.readings.values():
        assert sorted(series) == list(range(len(series)))


async def test_a_broker_that_never_comes_is_told_and_everything_is_still_counted(launch, tmp_path):
    broker = launch(Mosquitto(tmp_path / "broker"))
    broker.stop()
    stop, progress = asyncio.Event(), SimulatorProgress()
    running = asyncio.create_task(
        run_simulator(
            sample_fleet(interval_s=0.5),
            broker_address(broker.url),
            SimulatorPlan(),
            stop=stop,
            progress=progress,
        )
    )
    await eventually(lambda: progress.made.total() > 20)
    stop.set()
    await eventually(lambda: not progress.gateways_online)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert f"{broker.host}:{broker.port}" in progress.complaint
    assert progress.waiting == progress.made.total()


async def test_the_region_is_heard_with_all_its_kinds(mosquitto):
    region = load_fleet("jing-jin-ji")
    plan = SimulatorPlan(start=START, speed=20.0, duration_s=0.3)
    progress = await play(region, broker_address(mosquitto.url), plan)
    assert set(progress.published) == set(region.devices_by_kind)
    assert progress.published.total() == progress.made.total()


async def test_over_tls_it_shows_its_certificate_and_checks_the_brokers(launch, tmp_path, site):
    authority = trustme.CA()
    files = {name: tmp_path / f"{name}.pem" for name in ("ca", "server", "key", "client", "own")}
    server, client = authority.issue_cert("127.0.0.1"), authority.issue_cert("gateway")
    authority.cert_pem.write_to_path(files["ca"])
    server.cert_chain_pems[0].write_to_path(files["server"])
    server.private_key_pem.write_to_path(files["key"])
    client.cert_chain_pems[0].write_to_path(files["client"])
    client.private_key_pem.write_to_path(files["own"])
    secured = ("cafile {ca}", "certfile {server}", "keyfile {key}", "require_certificate true")
    broker = launch(
        Mosquitto(tmp_path / "broker", extra=[line.format_map(files) for line in secured])
    )
    url = broker.url.replace("mqtt:", "mqtts:")
    fleet, plan = sample_fleet(site=site), SimulatorPlan(start=START, speed=50.0, duration_s=0.2)
    trusted = broker_address(
        url, ca_file=files["ca"], cert_file=files["client"], key_file=files["own"]
    )
    progress = await play(fleet, trusted, plan)
    assert progress.acknowledged == progress.made.total() > 0

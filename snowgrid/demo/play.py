"""Plays the demo: starts its parts one after the other, and stops them so that nothing is lost."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress

from devices.fleets.fleet import Gateway
from devices.gateways.broker import BrokerAddress
from devices.gateways.gateway import GatewayConnection, Uplink
from devices.gateways.outbox import Message
from devices.gateways.publisher import Publisher
from devices.registry import kinds
from devices.simulator.simulator import SimulatorPlan, run_simulator, system_ms
from ingest.service import new_vitals, serve
from ingest.settings import BatchSettings, DeadLetterSettings, HttpSettings, Settings
from ingest.settings_mqtt import MqttSettings
from ingest.settings_stores import DuckdbSettings, StoreSettings
from snowgrid.demo.bad_messages import bad_messages
from snowgrid.demo.boards import boards_in_browser
from snowgrid.demo.broker import HOST, EmbeddedBroker, embedded_broker, free_port
from snowgrid.demo.scene import Files, Phase, Scene

POLL_S = 0.02
ARRIVING_S = 10.0
BETWEEN_MISHAPS_S = (1.5, 3.5)
MISHAPS = Gateway(site="demo", name="mishaps")


def service_settings(files: Files, broker_port: int, http_port: int) -> Settings:
    """Return the settings of the demo's service; no file and no variable has a say in them.

    Args:
        files: What it keeps readings in.
        broker_port: Where the embedded broker listens.
        http_port: Where metrics are served.
    """
    return Settings(
        mqtt=MqttSettings(host=HOST, port=broker_port, client_id="snowgrid-demo"),
        # A transaction costs the same for one reading as for a hundred.
        batch=BatchSettings(linger_s=0.2, pause_s=0.1),
        store=StoreSettings(kind="duckdb", duckdb=DuckdbSettings(path=files.store)),
        deadletters=DeadLetterSettings(dir=files.dead_letters),
        http=HttpSettings(host=HOST, port=http_port),
    )


async def play(scene: Scene, stop: asyncio.Event) -> None:
    """Play until the time is up or `stop` is set, and until all that was published is stored.

    If the embedded broker dies, the service keeps what it has and `scene.trouble` says so.

    Raises:
        ConfigError: A file cannot be used, or the broker does not start.
    """
    async with (
        embedded_broker() as broker,
        boards_in_browser(scene.files.store) as scene.boards_url,
    ):
        settings = service_settings(scene.files, broker.port, free_port())
        scene.broker = address = BrokerAddress(host=HOST, port=broker.port)
        scene.metrics_url = f"http://{HOST}:{settings.http.port}/metrics"
        scene.vitals = new_vitals(settings)
        enough = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                serve(settings, kinds(), enough, scene.vitals, scene.latest.take),
                name="demo.service",
            )
            await _unless_it_dies(broker, scene, _publish(scene, address, stop))
            enough.set()


async def _unless_it_dies(
    broker: EmbeddedBroker, scene: Scene, work: Coroutine[None, None, None]
) -> None:
    """Do the work; give it up when the broker ends first."""
    async with asyncio.TaskGroup() as tasks:
        working = tasks.create_task(work, name="demo.publish")
        watching = tasks.create_task(broker.process.wait(), name="demo.broker")
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            scene.trouble = "the embedded broker ended unexpectedly; what it held is lost"
        working.cancel()
        watching.cancel()


async def _publish(scene: Scene, address: BrokerAddress, stop: asyncio.Event) -> None:
    """Have everything published, and wait until the service has received it."""
    await _until(lambda: scene.vitals.subscribed_since is not None or stop.is_set())
    if stop.is_set():
        return
    scene.phase = Phase.PLAYING
    plan = SimulatorPlan(seed=scene.seed, duration_s=scene.duration_s)
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_have_mishaps(scene, address, enough), name="demo.mishaps")
        await run_simulator(scene.fleet, address, plan, stop=stop, progress=scene.progress)
        enough.set()
    scene.phase = Phase.FINISHING
    with suppress(TimeoutError):  # the reckoning says what is missing
        async with asyncio.timeout(ARRIVING_S):
            await _until(lambda: scene.vitals.ledger.readings.received >= scene.published)


async def _have_mishaps(scene: Scene, address: BrokerAddress, enough: asyncio.Event) -> None:
    """Publish something bad now and then, over a gateway of its own."""
    rng = random.Random(scene.seed)  # noqa: S311 - chosen faults, not secrets
    publisher = Publisher(qos=1, progress=scene.mishaps)
    uplink = Uplink(address=address, progress=scene.mishaps, now_ms=system_ms, jitter=rng)
    connection = GatewayConnection(MISHAPS, publisher, uplink)
    scene.mishaps.gateways = 1
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(connection.run(), name="demo.mishaps.gateway")
        await _put(bad_messages(scene.fleet, rng, system_ms), publisher, rng, enough)
        connection.finish()


async def _put(
    messages: Iterator[Message], publisher: Publisher, rng: random.Random, enough: asyncio.Event
) -> None:
    while not enough.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(rng.uniform(*BETWEEN_MISHAPS_S)):
                await enough.wait()
        if not enough.is_set() and not publisher:  # several that waited would become an array
            publisher.put(next(messages))


async def _until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - of figures that several tasks keep
        await asyncio.sleep(POLL_S)

"""Every reading that the broker acknowledged is stored exactly once, whatever the service met."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.end_to_end.databases import Kept
from tests.end_to_end.meters import Message, Meters, client, numbered, publish
from tests.end_to_end.services import Endpoints, Ingest, ready
from tests.eventually import eventually
from tests.servers.mosquitto import Mosquitto
from tests.servers.process import Launch

LAST = Message("telemetry/town/rack_sensor/last", b'{"inlet_temperature_c":20}')
LAST_COMMITTED = 'snowgrid_kind_readings_committed_total{kind="rack_sensor"}'
AT_ONCE = 50
PAUSE_S = 0.01


class Stream:
    """Readings without end, published at QoS 1.

    Attributes:
        acknowledged: How many the broker has acknowledged; their numbers begin at 0.
    """

    def __init__(self, broker: Mosquitto, meters: Meters) -> None:
        self.acknowledged = 0
        self._broker = broker
        self._meters = meters
        self._stop = asyncio.Event()

    async def run(self) -> None:
        async with client(self._broker) as publisher:
            while not self._stop.is_set():
                numbers = range(self.acknowledged, self.acknowledged + AT_ONCE)
                await asyncio.gather(
                    *(
                        publisher.publish(message.topic, message.payload, qos=1)
                        for message in numbered(self._meters, numbers)
                    )
                )
                self.acknowledged += AT_ONCE
                await asyncio.sleep(PAUSE_S)

    async def goes_on(self, messages: int = 300) -> None:
        """Return when so many more have been acknowledged."""
        enough = self.acknowledged + messages
        await eventually(lambda: self.acknowledged >= enough)

    def stop(self) -> None:
        self._stop.set()


@asynccontextmanager
async def streaming(broker: Mosquitto, meters: Meters) -> AsyncIterator[Stream]:
    stream = Stream(broker, meters)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream.run())
        yield stream
        stream.stop()


async def started(service: Ingest) -> None:
    await asyncio.to_thread(service.start)
    await ready(service)


async def finished(service: Ingest, broker: Mosquitto) -> None:
    """Return when all that was published before is committed, which happens in order."""
    await publish(broker, [LAST])
    endpoints = Endpoints(service.url)
    await eventually(lambda: endpoints.metrics().get(LAST_COMMITTED))
    await eventually(lambda: endpoints.metrics()["snowgrid_spool_readings"] == 0)


async def test_stopped_and_started_while_data_comes_nothing_is_lost_and_nothing_comes_again(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: Kept, meters: Meters
):
    service = launch(Ingest(tmp_path / "service", broker, kept))
    await ready(service)
    async with streaming(broker, meters) as stream:
        for _ in range(2):
            await stream.goes_on()
            await asyncio.to_thread(service.stop)
            assert service.exit_code == 0
            await started(service)
    await finished(service, broker)
    await asyncio.to_thread(service.stop)
    expected = sorted(map(meters.stored, range(stream.acknowledged)))
    assert kept.readings() == expected
    ends = service.logged("stopped")
    assert [end["balanced"] for end in ends] == [True] * 3
    assert sum(end["committed"] for end in ends) == stream.acknowledged + 1
    assert {event["level"] for event in service.events} == {"info"}


async def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_double(
    tmp_path: Path, launch: Launch, broker: Mosquitto, kept: Kept, meters: Meters
):
    rng = random.Random(20_261)  # noqa: S311 - the same moments each time
    service = launch(Ingest(tmp_path / "service", broker, kept))
    await ready(service)
    async with streaming(broker, meters) as stream:
        for _ in range(3):
            await asyncio.sleep(rng.uniform(0.0, 0.3))  # the moment itself, not a wait for a state
            await asyncio.to_thread(service.kill)
            await started(service)
    await finished(service, broker)
    await asyncio.to_thread(service.stop)
    assert service.exit_code == 0
    expected = sorted(map(meters.stored, range(stream.acknowledged)))
    assert kept.readings() == expected

"""Everything that a run needs: servers, the bad network between them, and the service."""

import random
import time
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.end_to_end.databases import InInfluxdb
from tests.servers.facade import Facade
from tests.servers.faults import Fault, Faults
from tests.servers.influxd import Influxd
from tests.servers.influxql import Database, Value
from tests.servers.mosquitto import Mosquitto
from tests.torture.clock import SettableClock
from tests.torture.damage import Flip
from tests.torture.disk import SmallDisk, can_mount
from tests.torture.proxy import Proxy
from tests.torture.publisher import Publisher
from tests.torture.readings import DAY_MS, FIELDS, KIND, SITE, Readings, Row
from tests.torture.schedule import PARTS, Part
from tests.torture.service import Service
from tests.torture.tap import Tap

BUCKET = "torture"
KEEP_ALIVE_S = 2
STORE_TIMEOUT_S = 2.0
MANY_LINES_BYTES = 4_096
BROKER = ("autosave_interval 1",)  # what a killed broker forgets is not older than about this
SETTINGS = {
    "mqtt__keep_alive_s": KEEP_ALIVE_S,
    "store__influxdb__timeout_s": STORE_TIMEOUT_S,
    "store__spool__segment_bytes": 4 * 1024 * 1024,
    "service__drain_s": 5.0,
    "log__report_s": 1.0,
}


class FaultsOfLargeCalls(Faults):
    """Lets small write calls through, so that no single good line is ever called a bad one."""

    def take(self, body_bytes: int) -> Fault | None:
        """See `Faults`."""
        return super().take(body_bytes) if body_bytes >= MANY_LINES_BYTES else None


@dataclass(slots=True, kw_only=True)
class Lab:
    """The parts of a run, and what befell them.

    Attributes:
        rng: Chance of what is not in the schedule: which bit, which moment.
        broker: The real one.
        link: Between broker and service.
        tap: Listens on the link.
        influxd: The database.
        facade: InfluxDB 2's write call in front of it.
        store_link: Between service and facade.
        service: What it is all about.
        publisher: Sends readings to the broker.
        disk: What spool and dead letters are on; None where none can be mounted.
        clock: The service's.
        survived: Troubles that came, by name.
        broker_killed_at: Monotonic seconds.
        flips: Bits that were flipped in the spool.
    """

    rng: random.Random
    readings: Readings
    broker: Mosquitto
    link: Proxy
    tap: Tap
    influxd: Influxd
    facade: Facade
    store_link: Proxy
    service: Service
    publisher: Publisher
    disk: SmallDisk | None
    clock: SettableClock
    data: Path
    survived: Counter[str] = field(default_factory=Counter)
    broker_killed_at: list[float] = field(default_factory=list)
    flips: list[Flip] = field(default_factory=list)

    @property
    def spool(self) -> Path:
        """Folder of the spool of readings."""
        return self.data / "spool"

    @property
    def letters(self) -> Path:
        """Folder of the dead letters."""
        return self.data / "deadletters"

    @property
    def parts(self) -> list[Part]:
        """What can be befallen here."""
        return [part for part in PARTS if part != "disk" or self.disk]

    def rows(self) -> Iterator[Row]:
        """Ask the database, past facade and proxy, for all readings."""
        database = Database(url=self.influxd.url, name=BUCKET)
        fields = ", ".join(FIELDS)
        for index in range(self.readings.devices):
            query = f"SELECT device, site, {fields} FROM {KIND} WHERE device = 'm-{index}'"
            yield from map(_row, database.query(query))


def _row(found: Mapping[str, Value]) -> Row:
    values = (found[name] for name in FIELDS)
    voltage_v, power_w = (None if value is None else float(value) for value in values)
    ts_ms = int(str(found["time"]))
    return Row(str(found["device"]), str(found["site"]), ts_ms, voltage_v, power_w)


@asynccontextmanager
async def opened(
    folder: Path, *, seed: int, rate_per_s: float, devices: int, duration_s: float
) -> AsyncIterator[Lab]:
    """Start everything but the publisher and the troubles, and stop it at the end.

    Args:
        folder: Empty; logs and data of all parts stay in it.
        seed: Of all chance.
        rate_per_s: Messages a second.
        devices: Meters.
        duration_s: How long troubles are going to come.
    """
    step_ms = round(devices * 1_000 / rate_per_s)
    readings = Readings(
        start_ms=time.time_ns() // 1_000_000, devices=devices, step_ms=max(step_ms, 1)
    )
    async with AsyncExitStack() as stack:
        small_disk = SmallDisk.mounted(folder / "disk", duration_s)
        disk = stack.enter_context(small_disk) if can_mount(folder) else None
        clock = SettableClock(folder / "clock")
        broker = Mosquitto(folder / "broker", persistence=True, extra=BROKER)
        stack.enter_context(broker)
        tap = Tap(readings)
        link = await stack.enter_async_context(Proxy(broker.port, tap.wire))
        influxd = stack.enter_context(Influxd(folder / "influxd"))
        facade = stack.enter_context(Facade(influxd))
        facade.faults = FaultsOfLargeCalls()
        store_link = await stack.enter_async_context(Proxy(facade.port))
        data = disk.folder if disk else folder / "service"
        service = Service(
            folder / "service",
            link,
            InInfluxdb(replace(bucket(facade, influxd, readings), url=store_link.url)),
            clock,
            store__spool__dir=data / "spool",
            deadletters__dir=data / "deadletters",
            **SETTINGS,
        )
        stack.callback(service.kill)
        yield Lab(
            rng=random.Random(f"{seed} moments"),  # noqa: S311 - the same each time
            readings=readings,
            broker=broker,
            link=link,
            tap=tap,
            influxd=influxd,
            facade=facade,
            store_link=store_link,
            service=service,
            publisher=Publisher(readings, broker.host, broker.port, rate_per_s),
            disk=disk,
            clock=clock,
            data=data,
        )


def bucket(facade: Facade, influxd: Influxd, readings: Readings) -> Database:
    """Make the buckets; in the one of readings a field has another type than its kind says."""
    database = facade.create_bucket(BUCKET)
    facade.create_bucket(database.rollups.name)
    lines = "\n".join(
        f'{KIND},site={SITE},device=old frequency_hz="fair" {readings.start_ms + day * DAY_MS}'
        for day in (0, 1)  # a run may go past the end of a shard
    )
    url = f"{influxd.url}/write?db={BUCKET}&precision=ms"
    urllib.request.urlopen(url, lines.encode(), timeout=20).close()
    return database

"""Rollups over a real store, with a clock that moves when the test says so."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from devices.schema import Kind
from ingest.aggregation.aggregation import Aggregation
from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.rebuild import rebuild
from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.surroundings import Surroundings
from ingest.aggregation.unsettled import Unsettled
from ingest.core.frame import Frame
from ingest.core.rows import Bucket
from ingest.rollups.span import Span
from ingest.rollups.tiers import device_measurement, site_measurement
from ingest.settings_rollups import RollupSettings
from ingest.stores.base import Store
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet
from tests.ingest.stores.rows import Stored
from tests.ingest.stores.stores import drained

KINDS = {kind.name: kind for kind in (GUN, LIFT)}
WINDOWS = ("1s", "5s", "10s")
SPAN_MS = 10_000
SETTINGS = RollupSettings(windows=WINDOWS, lateness_s=1.0, idle_s=2.0, early_s=0.0, repair_s=5.0)


class Bench:
    """A run of the rollups, and its clock.

    Attributes:
        now_ms: Wall clock; the monotonic one goes with it.
    """

    def __init__(
        self, store: Store, harness: Harness, folder: Path, settings: RollupSettings
    ) -> None:
        self.now_ms = START_MS
        self.store = store
        self.fleet = Fleet()
        self.figures = RollupFigures()
        span_ms = settings.tiers.span_ms
        self.file = SpanFile(folder / "open-rollups.json", span_ms)
        self.around = Surroundings(
            kinds=KINDS,
            tiers=settings.tiers,
            store=store,
            reader=harness.reader(),
            retention_days=30.0,
            now_ms=lambda: self.now_ms,
            clock=lambda: self.now_ms / 1000,
        )
        unsettled = Unsettled(self.file, span_ms)
        self.rollups = Aggregation(settings, self.around, unsettled, self.figures)

    async def receive(self, *frames: Frame) -> None:
        """Do with readings what the pipeline does."""
        await self.rollups.sink.commit(frames)
        self.rollups.take(frames)

    async def pass_s(self, seconds: float) -> None:
        """Let time go on, a tick each second, and have done what is due."""
        for _ in range(round(seconds)):
            self.now_ms += 1_000
            await self.rollups.tick()
            while await self.rollups.repair_next():
                pass


@asynccontextmanager
async def running(
    harness: Harness, folder: Path, settings: RollupSettings = SETTINGS, *, now_ms: int = START_MS
) -> AsyncIterator[Bench]:
    """Run the rollups; what they have written is in the database at the end."""
    async with harness.open() as store:
        bench = Bench(store, harness, folder, settings)
        bench.now_ms = now_ms
        async with bench.around.reader:
            await bench.rollups.begin()
            yield bench
        await drained(store)


def rows(harness: Harness, kind: Kind) -> dict[str, list[Stored]]:
    """Return all rollups of a kind by measurement."""
    names = [
        name(kind.name, suffix)
        for suffix in WINDOWS
        for name in (device_measurement, site_measurement)
    ]
    return {name: harness.read_rows(Bucket.ROLLUP, name) for name in names}


async def rebuilt(
    harness: Harness, kind: Kind, starts_ms: Sequence[int], site: str = "ridge"
) -> dict[str, list[Stored]]:
    """Compute spans anew over what is there, and return all rollups of the kind."""
    async with harness.open() as store, harness.reader() as reader:
        for start_ms in starts_ms:
            await rebuild(Span(kind.name, site, start_ms), KINDS, SETTINGS.tiers, reader, store)
        await drained(store)
    return rows(harness, kind)

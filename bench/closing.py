"""How long the event loop stands still while the windows of a large fleet close.

Every device reports twice, in the last minute of an hour; then the hour ends, and windows of all
lengths close at once, the rows being encoded as for InfluxDB. Meanwhile a task looks at the clock
as often as it is let. Early values of the open windows are written as well, before that.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np

from bench.figures import arguments, show
from devices.registry import kind_named
from devices.schema import FieldType, Kind
from ingest.aggregation.aggregation import Aggregation
from ingest.aggregation.figures import RollupFigures
from ingest.aggregation.span_file import SpanFile
from ingest.aggregation.surroundings import Surroundings
from ingest.aggregation.unsettled import Unsettled
from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.core.row_lines import encode_rows
from ingest.core.rows import Rows
from ingest.rollups.tiers import HOUR_MS, MINUTE_MS
from ingest.settings_rollups import RollupSettings
from ingest.stores.base import Store, StoreState
from ingest.stores.raw import RawReader
from ingest.tuning import tuned

HOUR = 490_000 * HOUR_MS
BATCH = 4_000
REPORTS_MS = (HOUR - 50_000, HOUR - 20_000)
LOOK_S = 0.0005
NOTES = {
    "early_stall_ms": "longest stall of the event loop while early values were written",
    "early_s": "all that it took",
    "close_stall_ms": "longest stall while windows of all lengths closed",
    "close_s": "all that it took",
    "rows": "rows written while they closed",
}


@dataclass
class Sink:
    """Encodes rows beside the event loop, as the way to InfluxDB does.

    Attributes:
        rows: How many came.
    """

    rows: int = 0

    async def commit_rows(self, rows: Sequence[Rows]) -> None:
        """Encode and forget."""
        await asyncio.to_thread(lambda: [encode_rows(each) for each in rows])
        self.rows += sum(map(len, rows))

    async def commit(self, frames: Sequence[Frame]) -> None:
        """Forget."""

    def state(self) -> StoreState:
        """Return that nothing waits."""
        return StoreState(stored=0, refused=0, waiting=0)


@dataclass
class Service:
    """Rollups of one kind, driven by hand.

    Args:
        kind: Of all devices.
        devices: How many.
        sites: How many they are spread over.
        folder: Where the list of open spans is kept.
    """

    kind: Kind
    devices: int
    sites: int
    folder: Path
    now_ms: int = REPORTS_MS[0]
    clock_s: float = 0.0
    sink: Sink = field(default_factory=Sink)

    def __post_init__(self) -> None:
        settings = RollupSettings()
        around = Surroundings(
            kinds={self.kind.name: self.kind},
            tiers=settings.tiers,
            store=cast("Store", self.sink),
            reader=cast("RawReader", None),  # nothing is repaired
            retention_days=30.0,
            now_ms=lambda: self.now_ms,
            clock=lambda: self.clock_s,
        )
        span_ms = settings.tiers.span_ms
        unsettled = Unsettled(SpanFile(self.folder / "rollups.json", span_ms), span_ms)
        self.rollups = Aggregation(settings, around, unsettled, RollupFigures())

    async def report(self) -> None:
        """Have every device report at each of the moments."""
        rng = np.random.default_rng(1)
        sources = [self._source(index) for index in range(self.devices)]
        highest = np.array([_highest(self.kind, place) for place in range(len(self.kind.fields))])
        for ts_ms in REPORTS_MS:
            self.now_ms = ts_ms
            for first in range(0, self.devices, BATCH):
                device = np.arange(first, min(first + BATCH, self.devices), dtype=np.int32)
                values = rng.random((len(device), len(highest))) * highest
                frame = Frame(
                    kind=self.kind,
                    sources=sources,
                    device=device,
                    ts_ms=np.full(len(device), ts_ms, np.int64),
                    seq=np.full(len(device), NO_SEQ, np.int64),
                    values=np.where(highest == 1, np.floor(values), np.round(values, 1)),
                )
                await self.rollups.sink.commit([frame])
                self.rollups.take([frame])

    def _source(self, index: int) -> Source:
        site, device = f"site-{index % self.sites}", f"device-{index}"
        return Source(index=index, site=site, kind=self.kind, device=device, prefix="")


def _highest(kind: Kind, place: int) -> float:
    each = kind.fields[place]
    return 1.0 if each.type in {FieldType.STATE, FieldType.BOOLEAN} else each.hard[1] / 2


@dataclass
class Stall:
    """What was seen of the event loop."""

    longest_s: float = 0.0
    whole_s: float = 0.0


@asynccontextmanager
async def watched() -> AsyncIterator[Stall]:
    """Look at the clock as often as it is let."""
    stall = Stall()
    begun = seen = time.perf_counter()

    async def look() -> None:
        nonlocal seen
        while True:
            await asyncio.sleep(LOOK_S)
            now = time.perf_counter()
            stall.longest_s = max(stall.longest_s, now - seen)
            seen = now

    looking = asyncio.create_task(look())
    try:
        yield stall
    finally:
        await asyncio.sleep(2 * LOOK_S)
        looking.cancel()
        stall.whole_s = time.perf_counter() - begun


async def measure(service: Service) -> dict[str, float]:
    """Write early values, close all windows, and return the figures."""
    await service.report()
    service.clock_s = 1_000.0
    async with watched() as early:
        await service.rollups.tick()
    service.now_ms = HOUR + 31_000 + MINUTE_MS
    written = service.sink.rows
    async with watched() as close:
        await service.rollups.tick()
    return {
        "early_stall_ms": round(1000 * early.longest_s, 1),
        "early_s": round(early.whole_s, 2),
        "close_stall_ms": round(1000 * close.longest_s, 1),
        "close_s": round(close.whole_s, 2),
        "rows": service.sink.rows - written,
    }


def main() -> None:
    """Parse the arguments, measure, print."""
    asked = _parser().parse_args()
    with tempfile.TemporaryDirectory() as folder, tuned():
        service = Service(kind_named(asked.kind), asked.devices, asked.sites, Path(folder))
        figures = asyncio.run(measure(service))
    show(figures, NOTES, as_json=asked.json)


def _parser() -> argparse.ArgumentParser:
    parser = arguments(__doc__)
    parser.add_argument("--kind", default="smart_meter", help="device kind (smart_meter)")
    parser.add_argument("--devices", type=int, default=100_000, help="devices (100000)")
    parser.add_argument("--sites", type=int, default=20, help="sites they are at (20)")
    return parser


if __name__ == "__main__":
    main()

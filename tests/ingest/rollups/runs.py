"""Readings sent through rollups as a service would, repairs applied, and the rows that remain."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from devices.schema import boolean, counter, gauge, state
from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.core.rows import Rows
from ingest.rollups.history import History
from ingest.rollups.recompute import recompute
from ingest.rollups.rollups import Rollups
from ingest.rollups.span import Span
from ingest.rollups.tiers import HOUR_MS, Tiers
from tests.ingest.stores.frames import code, kind_of

LATENESS_MS = 10_000
IDLE_MS = 30_000
TIERS = Tiers()
START_MS = 1_760_000_400_000 // HOUR_MS * HOUR_MS

MAST = kind_of(
    "mast",
    gauge("power_w", "Power", hard=(-5_000, 5_000), resolution=0.1),
    gauge("wind_direction_deg", "Wind from", hard=(0, 360), resolution=1, circular=True),
    counter("energy_kwh", "Energy", modulus=100, resolution=0.01),
    state("mode", "Mode", "off", "on", "OL CHRG"),
    boolean("door_open", "Door"),
    gauge("frost_c", "Frost", hard=(-60, 60), resolution=0.1),
)

Row = dict[str, float | str]
Found = dict[tuple[str, tuple[str, ...], int], Row]


class Reading(NamedTuple):
    """One reading of a mast; what is None is absent."""

    site: str
    device: str
    ts_ms: int
    power_w: float | None = None
    wind_direction_deg: float | None = None
    energy_kwh: float | None = None
    mode: str | None = None
    door_open: bool | None = None
    frost_c: float | None = None


def coded(reading: Reading) -> list[float]:
    return [code(field, getattr(reading, field.name)) for field in MAST.fields]


def read(rows: Iterable[Rows]) -> Found:
    """Return rows by measurement, tags and time, absent values left out."""
    found: Found = {}
    for part in rows:
        for n in range(len(part)):
            identity = part.measurement, tuple(t[n] for t in part.tags.values()), int(part.ts_ms[n])
            values = {name: column[n] for name, column in part.columns.items()}
            assert identity not in found
            found[identity] = {
                name: value if isinstance(value, str) else float(value)
                for name, value in values.items()
                if value is not None and value == value  # noqa: PLR0124 - NaN is absent
            }
            assert found[identity]
    return found


def exact(found: Found) -> dict[object, object]:
    """Return rows for comparison to the bit; negative zero is not zero."""
    return {
        identity: {
            name: value if isinstance(value, str) else value.hex() for name, value in row.items()
        }
        for identity, row in found.items()
    }


def recomputed(stored: Sequence[Reading], span: Span) -> Found:
    """Compute a span from what is stored, in order of arrival."""
    here = [reading for reading in stored if reading.site == span.site]
    devices = sorted({reading.device for reading in here})
    history = History(
        devices=devices,
        device=np.array([devices.index(reading.device) for reading in here], np.int32),
        ts_ms=np.array([reading.ts_ms for reading in here], np.int64),
        values=np.array([coded(reading) for reading in here]).reshape(-1, len(MAST.fields)),
    )
    return read(recompute(MAST, span, TIERS, history))


def all_recomputed(stored: Sequence[Reading]) -> Found:
    found: Found = {}
    for span in {span_of(reading) for reading in stored}:
        found.update(recomputed(stored, span))
    return found


def span_of(reading: Reading) -> Span:
    return Span(MAST.name, reading.site, reading.ts_ms // TIERS.span_ms * TIERS.span_ms)


class Service:
    """Takes readings, keeps them, and repairs what is dirty.

    Attributes:
        found: The rows as the store would hold them.
        stored: All readings in order of arrival.
        dirty: Spans that were repaired.
    """

    def __init__(self, *, repairs: bool = True) -> None:
        self.rollups = Rollups(TIERS, lateness_ms=LATENESS_MS, idle_ms=IDLE_MS)
        self.found: Found = {}
        self.stored: list[Reading] = []
        self.dirty: list[Span] = []
        self.spans: list[Span] = []
        self.now_ms = 0
        self._sources: list[Source] = []
        self._repairs = repairs

    def take(self, readings: Sequence[Reading], now_ms: int | None = None) -> None:
        """Take readings; the wall clock shows the newest of all times unless it is given."""
        newest_ms = max(reading.ts_ms for reading in readings)
        self.now_ms = max(self.now_ms, newest_ms) if now_ms is None else now_ms
        self.stored.extend(readings)
        self.rollups.take([self._frame(readings)], self.now_ms)

    def _frame(self, readings: Sequence[Reading]) -> Frame:
        return Frame(
            kind=MAST,
            sources=self._sources,
            device=np.array([self._index(r.site, r.device) for r in readings], np.int32),
            ts_ms=np.array([reading.ts_ms for reading in readings], np.int64),
            seq=np.full(len(readings), NO_SEQ, np.int64),
            values=np.array([coded(reading) for reading in readings]),
        )

    def _index(self, site: str, device: str) -> int:
        names = [(source.site, source.device) for source in self._sources]
        if (site, device) not in names:
            source = Source(index=len(names), site=site, kind=MAST, device=device, prefix="")
            self._sources.append(source)
            return source.index
        return names.index((site, device))

    def advance(self, now_ms: int | None = None) -> Found:
        """Let time go on to a wall clock, repair, and return the rows that closed."""
        self.now_ms = self.now_ms if now_ms is None else now_ms
        fresh: Found = {}
        for closed in self.rollups.advance(self.now_ms):
            fresh |= read(closed.rows)
            self.found.update(fresh)
            self.spans.extend(closed.spans)
            for span in closed.dirty:
                self.dirty.append(span)
                if self._repairs:
                    self.found.update(recomputed(self.stored, span))
        return fresh

    def finish(self) -> Found:
        """Wait until every window is closed, and return what is in the store."""
        self.advance(self.now_ms + 10 * TIERS.span_ms)
        return self.found


def ran(readings: Sequence[Reading], *, batch: int = 5) -> Found:
    """Send readings in batches through a service and return all rows in the end."""
    service = Service()
    for start in range(0, len(readings), batch):
        service.take(readings[start : start + batch])
        service.advance()
    return service.finish()

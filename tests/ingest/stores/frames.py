"""Kinds and frames made by hand, for tests of the stores."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.model import Population
from devices.schema import Field, Kind, boolean, counter, gauge, state
from ingest.core.frame import NO_SEQ, Frame, Source

START_MS = 1_760_000_000_000

Value = float | bool | str | None


class NoModel:
    """Stands where a kind wants its physics."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None: ...

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        raise NotImplementedError


def kind_of(name: str, *fields: Field) -> Kind:
    return Kind(
        name=name,
        family="ski",
        title=name,
        summary="A kind for tests.",
        fields=fields,
        interval_s=1.0,
        model=NoModel,
    )


GUN = kind_of(
    "test_gun",
    gauge("temperature_c", "Temperature", hard=(-60, 60), resolution=0.1),
    counter("energy_kwh", "Energy", modulus=1e9, resolution=0.001),
    state("mode", "Mode", "off", "on", "fault 7"),
    boolean("door_open", "Door"),
)
LIFT = kind_of("test_lift", gauge("speed_mps", "Speed", hard=(0, 12), resolution=0.01))


class Reading(NamedTuple):
    """One reading as a person would write it."""

    device: str
    ts_ms: int
    values: Mapping[str, Value]
    site: str = "ridge"


class Fleet:
    """Registers devices the way the service does: one index a device, counted over all kinds."""

    def __init__(self, site: str = "ridge") -> None:
        self.site = site
        self.sources: list[Source] = []
        self._index: dict[tuple[str, str], int] = {}

    def index(self, kind: Kind, device: str) -> int:
        key = kind.name, device
        if key not in self._index:
            index = self._index[key] = len(self.sources)
            prefix = f"{kind.name},site={self.site},device={device} "
            self.sources.append(
                Source(index=index, site=self.site, kind=kind, device=device, prefix=prefix)
            )
        return self._index[key]

    def frame(self, kind: Kind, readings: Sequence[Reading]) -> Frame:
        """Build a frame of readings, words and all."""
        return self.columns(
            kind,
            [self.index(kind, reading.device) for reading in readings],
            [reading.ts_ms for reading in readings],
            [[code(field, reading.values.get(field.name)) for field in kind.fields]
             for reading in readings],
        )  # fmt: skip

    def columns(self, kind: Kind, device: object, ts_ms: object, values: object) -> Frame:
        """Build a frame of arrays, or of what numpy makes arrays of."""
        stamps = np.asarray(ts_ms, np.int64)
        return Frame(
            kind=kind,
            sources=self.sources,
            device=np.asarray(device, np.int32),
            ts_ms=stamps,
            seq=np.full(len(stamps), NO_SEQ, np.int64),
            values=np.asarray(values, np.float64).reshape(len(stamps), len(kind.fields)),
        )

    def many(self, kind: Kind, count: int, *, devices: int = 50, first: int = 0) -> Frame:
        """Build a frame of `count` readings, all different, no field absent."""
        number = np.arange(first, first + count)
        index = np.array([self.index(kind, f"d{n}") for n in range(devices)])
        values = [number % _span(field) for field in kind.fields]
        return self.columns(
            kind, index[number % devices], START_MS + number * 10, np.stack(values, axis=1)
        )


def _span(field: Field) -> int:
    return int(min(field.hard[1], 1e6)) + 1


def code(field: Field, value: Value) -> float:
    """Return a value as a frame holds it."""
    if value is None:
        return np.nan
    return field.states.index(value) if isinstance(value, str) else float(value)

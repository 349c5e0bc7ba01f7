"""A kind with a field of every type, messages to decode, and the decoder of most tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from devices.arrays import Floats
from devices.model import Population
from devices.schema import Kind, boolean, counter, gauge, state
from ingest.core.decode import Decoder
from ingest.core.payload import PayloadLimits
from ingest.core.plausibility import TimeWindow

if TYPE_CHECKING:
    from devices.environment.region import SiteEnvironment

NOW_MS = 1_760_000_000_000
TOPIC = "telemetry/plant/boiler/b-1"


class NoModel:
    """For kinds that nobody simulates."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        raise NotImplementedError

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        raise NotImplementedError


BOILER = Kind(
    name="boiler",
    family="meters",
    title="Boiler",
    summary="Has a field of every type.",
    fields=(
        gauge("temperature_c", "Temperature", hard=(-50, 150), resolution=0.1),
        gauge("pressure_bar", "Pressure", hard=(0, 25), resolution=0.01),
        counter("energy_import_kwh", "Energy", modulus=1_000_000, resolution=0.01),
        state("boiler_state", "State", "off", "heating", "HOT WATER"),
        boolean("door_open", "Door"),
    ),
    interval_s=10,
    model=NoModel,
)


@dataclass(frozen=True)
class Publish:
    payload: bytes
    topic: str = TOPIC
    retain: bool = False


def make_decoder(*, max_devices: int = 1_000, **limits: Any) -> Decoder:
    window = TimeWindow(max_future_ms=300_000, max_age_ms=30 * 86_400_000)
    return Decoder({"boiler": BOILER}, PayloadLimits(**limits), window, max_devices)

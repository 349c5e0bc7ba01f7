"""A small device kind with one field of each type, whose readings are known beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from devices.environment.site import Site
from devices.fleets.fleet import DeviceGroup, Fleet, FleetSite
from devices.schema import Kind, Option, boolean, counter, gauge, settled, state

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from devices.arrays import Floats
    from devices.environment.region import SiteEnvironment
from devices.model import Population

OPTIONS = {"pace": Option(meaning="how much faster it counts", default=1.0, hard=(0.5, 10.0))}


class SampleModel:
    """Counts seconds, draws a voltage, and changes its state with the voltage."""

    def __init__(self, population: Population, rng: np.random.Generator) -> None:
        """Start all counters at zero."""
        self._rng = rng
        self._pace = settled(OPTIONS, population.options)["pace"]
        self._running_s = np.zeros(len(population))

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        """Count on and draw."""
        del now, environment
        self._running_s = self._running_s + dt_s * self._pace
        voltage_v = 220 + self._rng.normal(size=len(self._running_s))
        return {
            "voltage_l1_v": voltage_v,
            "active_power_w": 10 * voltage_v,
            "running_s": self._running_s,
            "mode_state": (voltage_v > 220).astype(float),
            "cover_open": (voltage_v > 221).astype(float),
        }


SAMPLE = Kind(
    name="sample",
    family="meters",
    title="Sample",
    summary="For tests.",
    interval_s=10.0,
    options=OPTIONS,
    model=SampleModel,
    fields=(
        gauge("voltage_l1_v", "Voltage", hard=(0, 500), resolution=0.1),
        gauge("active_power_w", "Power", hard=(-80_000, 80_000), resolution=1),
        counter("running_s", "Running", modulus=1_000_000, resolution=0.05),
        state("mode_state", "Mode", "low", "high"),
        boolean("cover_open", "Cover open"),
    ),
)


def sample_fleet(
    *,
    site: str = "here",
    count: int = 20,
    interval_s: float = 10.0,
    gateways: int = 1,
    kind: Kind = SAMPLE,
) -> Fleet:
    """Make a fleet of one site with one group of devices."""
    names = tuple(f"gateway-{number}" for number in range(1, gateways + 1))
    group = DeviceGroup(
        site=site,
        kind=kind,
        prefix="device",
        names=tuple(f"device-{number}" for number in range(count)),
        gateways=tuple(names[device * gateways // count] for device in range(count)),
        interval_s=interval_s,
        elevation_m=(100.0, 100.0),
        exposure=0.3,
    )
    place = Site(
        name=site,
        title="Here",
        elevation_m=100.0,
        latitude_deg=40.0,
        longitude_deg=116.0,
        exposure=0.3,
    )
    sites = (FleetSite(place=place, gateways=names, groups=(group,)),)
    return Fleet(name="sample", title="Sample", sites=sites)

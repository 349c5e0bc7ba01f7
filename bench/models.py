"""How fast the physical models go, and what a very large fleet costs to hold.

A device-step is one device advanced to its next reading. Every kind steps a population through
some minutes of a winter evening. The aims are 1,000,000 device-steps a second, and 200,000 for the
kinds that model many things at once.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.figures import Figures, arguments, show
from devices.environment.region import Region
from devices.fleets.file import load_fleet
from devices.model import Population
from devices.registry import kinds
from devices.schema import Kind
from devices.simulator.simulation import Simulation

START = datetime(2026, 1, 15, 11, 0, tzinfo=UTC)
LEAST_PER_S = 200_000
WARM_UP_STEPS = 2
MIB = 1024 * 1024

FLEET = """
name = "crowd"
title = "Very many meters"

[[sites]]
name = "crowd"
title = "Very many meters"
elevation_m = 15
latitude_deg = 39.5
longitude_deg = 116.7
gateways = 100

[[sites.devices]]
kind = "smart_meter"
count = {count}
prefix = "home"
interval_s = 900
"""


def steps_per_s(kind: Kind, devices: int, seconds: float) -> float:
    """Return the device-steps a second of one kind."""
    site = load_fleet("langfang").sites[0].place
    population = Population(
        names=tuple(f"device-{number}" for number in range(devices)),
        elevation_m=np.full(devices, site.elevation_m),
        exposure=np.full(devices, site.exposure),
    )
    environment = Region(1).at(site)
    model = kind.model(population, np.random.default_rng(1))
    steps, begun = 0, 0.0
    while True:
        if steps == WARM_UP_STEPS:
            begun = time.perf_counter()
        now = START + timedelta(seconds=kind.interval_s * steps)
        model.step(now, kind.interval_s if steps else 0.0, environment)
        steps += 1
        taken_s = time.perf_counter() - begun
        if steps > WARM_UP_STEPS and taken_s > seconds:
            return devices * (steps - WARM_UP_STEPS) / taken_s


def load_large_fleet(count: int) -> None:
    """Load a fleet, start it, and print seconds, and MiB that were resident at the most."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "crowd.toml"
        file.write_text(FLEET.format(count=count))
        begun = time.perf_counter()
        simulation = Simulation(load_fleet(file), seed=1, start=START)
        next(simulation.turns())
        taken_s = time.perf_counter() - begun
    print(taken_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB)


def large_fleet(count: int) -> tuple[float, float]:
    """Return seconds and MiB of a large fleet, in a process of its own."""
    command = [sys.executable, "-m", "bench.models", "--load", str(count)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    taken_s, resident_mib = said.split()
    return float(taken_s), float(resident_mib)


def main() -> None:
    """Parse the arguments, measure, print; exit code 1 where a kind is too slow."""
    parser = arguments(__doc__)
    parser.add_argument("kinds", nargs="*", choices=[[], *kinds()], help="which (all)")
    parser.add_argument("--devices", type=int, default=10_000, help="in a population (10000)")
    parser.add_argument("--seconds", type=float, default=0.5, help="for each kind (0.5)")
    parser.add_argument("--fleet", type=int, default=1_000_000, help="a large fleet (1000000)")
    parser.add_argument("--load", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.load:
        load_large_fleet(asked.load)
        return
    rates = {
        name: steps_per_s(kinds()[name], asked.devices, asked.seconds)
        for name in asked.kinds or kinds()
    }
    notes = dict.fromkeys(rates, "device-steps/s")
    figures: Figures = {name: round(rate) for name, rate in rates.items()}
    if asked.fleet:
        taken_s, resident_mib = large_fleet(asked.fleet)
        figures |= {"fleet_s": round(taken_s, 1), "fleet_mib": round(resident_mib)}
        notes |= {
            "fleet_s": f"to load {asked.fleet:,} devices and make their first readings",
            "fleet_mib": "the most that was resident then",
        }
    show(figures, notes, as_json=asked.json)
    sys.exit(1 if min(rates.values()) < LEAST_PER_S else 0)


if __name__ == "__main__":
    main()

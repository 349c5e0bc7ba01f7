"""Runs a kind's model over times and collects what it returns."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from devices.arrays import Floats
from devices.environment.events import Event
from devices.environment.region import Region
from devices.environment.site import Site
from devices.model import Population
from devices.schema import Kind
from tests.devices.places import CHONGLI, LANGFANG, population

HOME = {"meters": LANGFANG, "ski": CHONGLI, "datacentre": CHONGLI, "city": LANGFANG}
SLOPE_M = 550.0


def run(
    kind: Kind,
    times: Sequence[datetime],
    *,
    seed: int = 1,
    count: int = 40,
    site: Site | None = None,
    events: Sequence[Event] = (),
    **options: float,
) -> dict[str, Floats]:
    """Step a population through `times`; arrays of shape (steps, devices) by field."""
    site = site or HOME[kind.family]
    top_m = SLOPE_M if kind.family == "ski" else 0.0
    devices = population(count, site=site, top_m=top_m, **options)
    return run_population(kind, times, devices, site, seed=seed, events=events)


def run_population(
    kind: Kind,
    times: Sequence[datetime],
    devices: Population,
    site: Site,
    *,
    seed: int = 1,
    events: Sequence[Event] = (),
) -> dict[str, Floats]:
    """Step these devices through `times`; NaN where a step does not mention a field."""
    model = kind.model(devices, np.random.default_rng(seed))
    environment = Region(seed, events).at(site)
    steps, before = [], times[0]
    for now in times:
        steps.append(model.step(now, (now - before).total_seconds(), environment))
        before = now
    silence = np.full(len(devices), np.nan)
    names = {name for step in steps for name in step}
    return {name: np.array([step.get(name, silence) for step in steps]) for name in names}

"""A stretch of simulated time of one kind, where a fleet has such devices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from devices.arrays import Floats
from devices.environment.events import Event
from devices.environment.region import Region
from devices.environment.site import Site
from devices.fleets.fleet import DeviceGroup, Fleet
from devices.readings import finish
from devices.schema import Kind

MOST_STEPS = 2_000
MOST_DEVICES = 100  # stepped together, because devices on one pump or in one hall depend on another
FALLBACK_DEVICES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What some devices of a kind reported over some time.

    Attributes:
        kind: What they are.
        site: Title of the place.
        devices: Their names.
        times: When they reported, steps of them.
        values: Shape (steps, devices) by field, in the field's unit; NaN where nothing was said.
    """

    kind: Kind
    site: str
    devices: tuple[str, ...]
    times: tuple[datetime, ...]
    values: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where and when a kind is looked at.

    Attributes:
        group: The devices.
        place: Where they stand.
        start: Aware time of the first reading.
        hours: How long.
        seed: Of everything.
        events: What happens meanwhile.
    """

    group: DeviceGroup
    place: Site
    start: datetime
    hours: float
    seed: int
    events: tuple[Event, ...] = ()


def group_of(kind: Kind, fleet: Fleet) -> tuple[DeviceGroup, Site]:
    """Return devices of a kind and their place: a fleet's own, else some where its kin stand."""
    for site in fleet.sites:
        for group in site.groups:
            if group.kind.name == kind.name:
                return _cut(group), site.place
    kin = [site for site in fleet.sites if any(g.kind.family == kind.family for g in site.groups)]
    site = (kin or fleet.sites)[0]
    prefix = kind.name.replace("_", "-")
    names = tuple(f"{prefix}-{number:02}" for number in range(1, FALLBACK_DEVICES + 1))
    group = DeviceGroup(
        site=site.place.name,
        kind=kind,
        prefix=prefix,
        names=names,
        gateways=(site.gateways[0],) * len(names),
        interval_s=kind.interval_s,
        elevation_m=(site.place.elevation_m, site.place.elevation_m),
        exposure=site.place.exposure,
    )
    return group, site.place


def _cut(group: DeviceGroup) -> DeviceGroup:
    return replace(group, names=group.names[:MOST_DEVICES], gateways=group.gateways[:MOST_DEVICES])


def simulate(setting: Setting) -> Stretch:
    """Step the devices as often as they report, or more seldom where that would be very often."""
    kind, group = setting.group.kind, setting.group
    step_s = max(kind.interval_s, setting.hours * 3600.0 / MOST_STEPS)
    steps = max(2, round(setting.hours * 3600.0 / step_s))
    times = tuple(setting.start + timedelta(seconds=step_s * number) for number in range(steps))
    environment = Region(setting.seed, setting.events).at(setting.place)
    model = kind.model(group.population, np.random.default_rng(setting.seed))
    readings = np.array(
        [
            finish(kind, model.step(now, step_s if number else 0.0, environment))
            for number, now in enumerate(times)
        ]
    )
    return Stretch(
        kind=kind,
        site=setting.place.title,
        devices=group.names,
        times=times,
        values={name: readings[:, :, column] for name, column in kind.column.items()},
    )

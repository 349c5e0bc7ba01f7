"""What stands where: sites, their gateways, and groups of like devices.

These are values, complete and checked; `devices.fleets.file` reads them from TOML.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from devices.environment.events import Event, EventKind
from devices.environment.site import Site
from devices.model import Population
from devices.schema import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGroup:
    """Devices of one kind that a line of the fleet file put at one site.

    Attributes:
        site: Name of the site they stand at.
        kind: What they are.
        prefix: What their names begin with; unique among the site's groups of the kind.
        names: Device names, topic levels.
        gateways: The gateway that each device publishes through, as long as `names`.
        interval_s: How often each device reports.
        elevation_m: Metres above sea level of the first and the last; the others lie between.
        exposure: How open to the wind they stand, 0 sheltered … 1 ridge.
        options: Numbers for the kind's model, checked against `Kind.options`.
    """

    site: str
    kind: Kind
    prefix: str
    names: tuple[str, ...]
    gateways: tuple[str, ...]
    interval_s: float
    elevation_m: tuple[float, float]
    exposure: float
    options: Mapping[str, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def population(self) -> Population:
        """The devices as the kind's model takes them."""
        return Population(
            names=self.names,
            elevation_m=np.linspace(*self.elevation_m, len(self)),
            exposure=np.full(len(self), self.exposure),
            options=self.options,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetSite:
    """A place, the gateways that connect it, and the devices that stand there."""

    place: Site
    gateways: tuple[str, ...]
    groups: tuple[DeviceGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """Something to happen, before it is known when the simulation begins.

    Attributes:
        begin: An aware time, or how long after the start of the simulation.

    The others are those of `Event`.
    """

    kind: EventKind
    begin: datetime | timedelta
    duration_s: float
    sites: tuple[str, ...] = ()
    strength: float = 1.0
    place: float = 0.5

    def starting(self, start: datetime) -> Event:
        """Return the event in a simulation that begins at an aware time."""
        return Event(
            kind=self.kind,
            start=self.begin if isinstance(self.begin, datetime) else start + self.begin,
            duration_s=self.duration_s,
            sites=self.sites,
            strength=self.strength,
            place=self.place,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """One connection to the broker, by the names in its status topic."""

    site: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Fleet:
    """All sites that one simulator plays.

    Attributes:
        name: Short name, as in `snowgrid simulate NAME`.
        title: What a person calls it.
        sites: Those of included fleets first, in the order of the files.
        events: What happens at them besides what the seed draws, in the same order.
    """

    name: str
    title: str
    sites: tuple[FleetSite, ...]
    events: tuple[PlannedEvent, ...] = ()

    @property
    def groups(self) -> tuple[DeviceGroup, ...]:
        """All groups of all sites."""
        return tuple(group for site in self.sites for group in site.groups)

    @cached_property
    def gateways(self) -> tuple[Gateway, ...]:
        """All gateways of all sites."""
        return tuple(
            Gateway(site=site.place.name, name=name)
            for site in self.sites
            for name in site.gateways
        )

    @property
    def device_count(self) -> int:
        """Devices of all kinds."""
        return self.devices_by_kind.total()

    @cached_property
    def devices_by_kind(self) -> Counter[str]:
        """Devices of each kind, by the kind's name."""
        counts: Counter[str] = Counter()
        for group in self.groups:
            counts[group.kind.name] += len(group)
        return counts

    @property
    def readings_per_s(self) -> float:
        """Readings that the fleet makes in a second of simulated time, on average."""
        return sum(len(group) / group.interval_s for group in self.groups)

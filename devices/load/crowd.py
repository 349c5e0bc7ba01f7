"""A fleet of any number of devices of one kind, for loads that no fleet file describes."""

from devices.environment.site import Site
from devices.errors import LoadInvalid
from devices.fleets.fleet import DeviceGroup, Fleet, FleetSite
from devices.fleets.values import numbered
from devices.schema import Kind

SITE_DEVICES = 10_000
MOST_DEVICES = 5_000_000
GATEWAY = "load"


def crowd_of(kind: Kind, devices: int) -> Fleet:
    """Make a fleet out of nothing but a kind and a number.

    The devices stand in a plain near Beijing, up to 10,000 at a site.

    Raises:
        LoadInvalid: That many devices are too many or too few.
    """
    if not 1 <= devices <= MOST_DEVICES:
        raise LoadInvalid(f"--devices: want 1 … {MOST_DEVICES:,}, got {devices:,}")
    count = -(-devices // SITE_DEVICES)
    sizes = [min(SITE_DEVICES, devices - site * SITE_DEVICES) for site in range(count)]
    return Fleet(
        name=kind.name,
        title=f"{kind.title}, {devices:,} of them",
        sites=tuple(
            _site(name, kind, size)
            for name, size in zip(numbered("load", count), sizes, strict=True)
        ),
    )


def _site(name: str, kind: Kind, devices: int) -> FleetSite:
    place = Site(
        name=name,
        title=name,
        elevation_m=15.0,
        latitude_deg=39.5,
        longitude_deg=116.7,
        exposure=0.3,
    )
    prefix = kind.name.replace("_", "-")
    group = DeviceGroup(
        site=name,
        kind=kind,
        prefix=prefix,
        names=numbered(prefix, devices),
        gateways=(GATEWAY,) * devices,
        interval_s=kind.interval_s,
        elevation_m=(place.elevation_m, place.elevation_m),
        exposure=place.exposure,
    )
    return FleetSite(place=place, gateways=(GATEWAY,), groups=(group,))

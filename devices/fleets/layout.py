"""Lays out a site of a fleet file: names its devices and gives each a gateway."""

from collections.abc import Sequence
from itertools import chain, pairwise, repeat

from devices.environment.site import Site
from devices.errors import FleetError
from devices.fleets.fleet import DeviceGroup, FleetSite
from devices.fleets.schema import DevicesEntry, SiteEntry
from devices.fleets.values import among, numbered
from devices.registry import kind_named
from devices.schema import NAME


def lay_out(entry: SiteEntry, where: str) -> FleetSite:
    """Make a site out of what the file says about it.

    Args:
        entry: The site's table.
        where: File and key path of the table, for complaints.

    Raises:
        FleetError: Two devices of a kind have one name, a name is too long, or a group names a
            gateway that the site does not have.
    """
    groups = tuple(
        _group(entry, devices, f"{where}.devices[{number}]")
        for number, devices in enumerate(entry.devices)
    )
    _check_names(groups, where)
    return FleetSite(
        place=Site(
            name=entry.name,
            title=entry.title,
            elevation_m=entry.elevation_m,
            latitude_deg=entry.latitude_deg,
            longitude_deg=entry.longitude_deg,
            exposure=entry.exposure,
        ),
        gateways=entry.gateways,
        groups=groups,
    )


def _group(site: SiteEntry, entry: DevicesEntry, where: str) -> DeviceGroup:
    kind = kind_named(entry.kind)
    prefix = entry.prefix or kind.name.replace("_", "-")
    names = numbered(prefix, entry.count)
    if not NAME.fullmatch(names[-1]):
        raise FleetError(f"{where}.prefix: {names[-1]!r} is longer than 64 characters; shorten it")
    return DeviceGroup(
        site=site.name,
        kind=kind,
        prefix=prefix,
        names=names,
        gateways=_spread(len(names), _gateways(site, entry, where)),
        interval_s=entry.interval_s or kind.interval_s,
        elevation_m=entry.elevation_m or (site.elevation_m, site.elevation_m),
        exposure=site.exposure if entry.exposure is None else entry.exposure,
        options=entry.options,
    )


def _gateways(site: SiteEntry, entry: DevicesEntry, where: str) -> tuple[str, ...]:
    for name in entry.gateways or ():
        if name not in site.gateways:
            raise FleetError(
                f"{where}.gateways: {site.name} has no gateway {name!r}: "
                f"{among(name, site.gateways)}"
            )
    return entry.gateways or site.gateways


def _spread(devices: int, gateways: Sequence[str]) -> tuple[str, ...]:
    """Give neighbours the same gateway, and all gateways equally many devices, give or take one."""
    firsts = [-(-number * devices // len(gateways)) for number in range(len(gateways) + 1)]
    shares = (last - first for first, last in pairwise(firsts))
    return tuple(chain.from_iterable(map(repeat, gateways, shares)))


def _check_names(groups: Sequence[DeviceGroup], where: str) -> None:
    # Names are a prefix and a number of fixed width, so two groups share all names up to the
    # shorter's length, or none at all.
    taken: dict[tuple[str, str, int], int] = {}
    for number, group in enumerate(groups):
        key = (group.kind.name, group.prefix, len(group.names[0]))
        other = taken.setdefault(key, number)
        if other != number:
            raise FleetError(
                f"{where}.devices[{number}].prefix: {group.kind.name} {group.names[0]!r} stands "
                f"already in devices[{other}]; give one of the two a prefix of its own"
            )

"""What the demo's screen says of the fleet: a row a kind, or a row a family where room is short."""

from dataclasses import dataclass
from itertools import groupby

from devices.registry import kinds
from devices.schema import FAMILIES, Kind
from snowgrid.demo.rate import Rates
from snowgrid.demo.scene import Scene

TURN_S = 3.0  # for so long a family's row shows the figures of one of its kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A kind, or the kinds of a family together.

    Attributes:
        name: Of the kind or family.
        heard: Devices heard.
        devices: Devices that the fleet has.
        readings: Readings committed.
        per_s: Readings committed in a second.
        shown: The kind whose latest values are shown.
        of_many: Whether it is one of several, so that it must be named.
    """

    name: str
    heard: int
    devices: int
    readings: int
    per_s: float
    shown: Kind
    of_many: bool = False


def rows_of(scene: Scene, rates: Rates, *, most: int) -> list[Row]:
    """Return at most about `most` rows: those of the kinds, else those of their families."""
    ordered = sorted(
        (kinds()[name] for name in scene.fleet.devices_by_kind),
        key=lambda kind: ([*FAMILIES].index(kind.family), kind.name),
    )
    each = [_row(kind, scene, rates) for kind in ordered]
    if len(each) <= most:
        return each
    turn = int(scene.played_s / TURN_S)
    return [
        _together(FAMILIES[family].lower(), list(members), turn)
        for family, members in groupby(each, key=lambda row: row.shown.family)
    ]


def _row(kind: Kind, scene: Scene, rates: Rates) -> Row:
    return Row(
        name=kind.name,
        heard=scene.latest.devices(kind.name),
        devices=scene.fleet.devices_by_kind[kind.name],
        readings=scene.vitals.ledger.committed_by_kind[kind.name],
        per_s=rates.kinds[kind.name].per_s,
        shown=kind,
    )


def _together(name: str, members: list[Row], turn: int) -> Row:
    return Row(
        name=name,
        heard=sum(member.heard for member in members),
        devices=sum(member.devices for member in members),
        readings=sum(member.readings for member in members),
        per_s=sum(member.per_s for member in members),
        shown=members[turn % len(members)].shown,
        of_many=len(members) > 1,
    )

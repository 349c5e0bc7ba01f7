"""One of several publishers that share a load, each with devices of its own."""

import re
from dataclasses import dataclass, replace
from typing import Self

from devices.errors import LoadInvalid
from devices.fleets.fleet import DeviceGroup, Fleet

FORM = re.compile(r"(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Shard:
    """Which of them.

    Attributes:
        number: From 1.
        count: How many there are.
    """

    number: int = 1
    count: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2/4`.

        Raises:
            LoadInvalid: It is not of that form, or out of range.
        """
        form = FORM.fullmatch(text)
        number, count = map(int, form.groups()) if form else (0, 0)
        if not 1 <= number <= count:
            raise LoadInvalid(f"--shard: want one of 1/n … n/n, got {text!r}")
        return cls(number, count)

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def part(self, number: int, count: int) -> "Shard":
        """Return the shard of the `number`-th of `count` processes, from 0, that share this one."""
        return Shard((self.number - 1) * count + number + 1, self.count * count)

    @property
    def phase(self) -> float:
        """How far into its first interval the shard begins, so that all take turns."""
        return (self.number - 1) / self.count

    def of(self, fleet: Fleet) -> tuple[DeviceGroup, ...]:
        """Return the groups of a fleet with this shard's devices alone: every `count`-th."""
        groups: list[DeviceGroup] = []
        skip = self.number - 1
        for group in fleet.groups:
            # Counted through all groups, so that many small ones do not all give to one shard.
            first, skip = skip, (skip - len(group)) % self.count
            names = group.names[first :: self.count]
            if names:
                gateways = group.gateways[first :: self.count]
                groups.append(replace(group, names=names, gateways=gateways))
        return tuple(groups)

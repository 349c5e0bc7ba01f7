"""What load is asked for."""

from dataclasses import dataclass, field
from typing import Literal

from devices.errors import LoadInvalid
from devices.faults.plan import FaultPlan
from devices.load.schedule import Profile, Schedule
from devices.load.shard import Shard

MOST_BATCH = 1_000  # readings that the payload contract allows in an array


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadPlan:
    """How much, how long, how.

    Attributes:
        rate_per_s: Messages a second of all shards together, where the profile is highest.
        duration_s: How long is measured.
        warmup_s: How long is published before that, at the profile's first rate.
        profile: How the rate changes.
        qos: Quality of service of the messages.
        batch: Readings in a message, all of one device.
        span_s: Time that the readings of a message cover, where every device uploads once; None
            where devices speak again and again, and a message covers the time since the last.
        seed: Of weather and devices, not negative.
        connections: To the broker, of this shard; its devices are dealt out to them.
        connects_per_s: How many of them are opened in a second at the most.
        drain_s: Longest wait for acknowledgements after the last message was due.
        shard: Which part of the devices, and of the rate, is this publisher's.
        faults: What goes wrong on the way.
    """

    rate_per_s: float
    duration_s: float
    warmup_s: float = 0.0
    profile: Profile = Profile.CONSTANT
    qos: Literal[0, 1] = 1
    batch: int = 1
    span_s: float | None = None
    seed: int = 0
    connections: int = 10
    connects_per_s: float = 500.0
    drain_s: float = 10.0
    shard: Shard = field(default_factory=Shard)
    faults: FaultPlan = field(default_factory=FaultPlan)

    def __post_init__(self) -> None:
        if not (self.rate_per_s > 0 and self.duration_s > 0 and self.warmup_s >= 0):
            raise LoadInvalid("--rate and --duration: want more than 0; --warmup: 0 or more")
        if not 1 <= self.batch <= MOST_BATCH:
            raise LoadInvalid(f"--batch: want 1 … {MOST_BATCH:,}, got {self.batch:,}")

    def spacing_ms(self, devices: int) -> int:
        """Return the time between two readings of a device within a message.

        A reading is known by its device and its millisecond, so a device must not be asked for
        more than one in a millisecond, nor for two uploads whose times overlap.

        Args:
            devices: Of all shards.

        Raises:
            LoadInvalid: There are too few devices for the rate.
        """
        if self.span_s is not None:
            return self._spacing_of_uploads_ms(self.span_s, devices)
        spacing_ms = int(1_000 * devices / self.rate_per_s / self.batch)
        if spacing_ms < 1:
            least = int(self.rate_per_s * self.batch / 1_000) + 1
            raise LoadInvalid(
                f"{devices:,} devices cannot make {self.rate_per_s * self.batch:,.0f} readings/s, "
                f"as each makes at most one in a millisecond; use {least:,} or more (--devices)"
            )
        return spacing_ms

    def _spacing_of_uploads_ms(self, span_s: float, devices: int) -> int:
        uploads = self.schedule(1.0).total
        if uploads > devices:
            raise LoadInvalid(
                f"--span: every device uploads once, so {uploads:,} messages need as many devices, "
                f"and there are {devices:,}; use more (--devices), or a lower --rate"
            )
        spacing_ms = int(1_000 * span_s / self.batch)
        if spacing_ms < 1:
            raise LoadInvalid(
                f"--span: {span_s:g} s are too short for {self.batch:,} readings, "
                "as a device makes at most one in a millisecond"
            )
        return spacing_ms

    def schedule(self, share: float) -> Schedule:
        """Return when this shard's messages are due.

        Args:
            share: Part of all devices that are this shard's, 0 … 1.
        """
        return Schedule(
            self.profile,
            rate_per_s=self.rate_per_s * share,
            duration_s=self.duration_s,
            warmup_s=self.warmup_s,
            phase=self.shard.phase,
        )

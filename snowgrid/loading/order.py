"""What `snowgrid load` was asked for, in plain values that a publisher's process can be told."""

from pathlib import Path
from typing import Literal

import msgspec

from devices.faults.plan import FaultPlan
from devices.fleets.file import load_fleet
from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress, broker_address
from devices.load.crowd import crowd_of
from devices.load.plan import LoadPlan
from devices.load.schedule import Profile
from devices.load.shard import Shard
from devices.registry import kind_named


class BrokerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Where the broker is, and how to log in.

    Attributes:
        url: `mqtt://host:port` or `mqtts://…`.
        username: None for an anonymous login.
        password: None for none; never part of a report.
        ca_file: Certificates to trust in place of the system's.
        cert_file: Certificate of all our connections.
        key_file: Its private key.
    """

    url: str
    username: str | None = None
    password: str | None = None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None

    def __repr__(self) -> str:
        # A struct of msgspec would show the password.
        return f"BrokerOrder(url={self.url!r}, username={self.username!r})"

    def address(self) -> BrokerAddress:
        """Return the address, its files read.

        Raises:
            BrokerInvalid: Something of it cannot be used.
        """
        return broker_address(
            self.url,
            username=self.username,
            password=self.password,
            ca_file=Path(self.ca_file) if self.ca_file else None,
            cert_file=Path(self.cert_file) if self.cert_file else None,
            key_file=Path(self.key_file) if self.key_file else None,
        )


class LoadOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A load, apart from where it goes.

    Attributes:
        fleet: Name or path of a fleet; None for a crowd of one kind.
        kind: Of the crowd.
        devices: In the crowd.
        rate_per_s: Messages a second.
        duration_s: How long is measured.
        warmup_s: How long is published before that.
        profile: How the rate changes.
        qos: Quality of service.
        batch: Readings in a message.
        span_s: Time that they cover, where every device uploads once; None where it speaks again
            and again.
        seed: Of weather and devices.
        connections: To the broker, of all processes.
        connects_per_s: How many are opened in a second.
        drain_s: Longest wait for acknowledgements in the end.
        processes: That publish.
        shard: `i/n`: which part of the devices is ours.
        faults: What goes wrong on the way.
    """

    fleet: str | None = None
    kind: str = "smart_meter"
    devices: int = 10_000
    rate_per_s: float = 2_000.0
    duration_s: float = 10.0
    warmup_s: float = 1.0
    profile: Profile = Profile.CONSTANT
    qos: Literal[0, 1] = 1
    batch: int = 1
    span_s: float | None = None
    seed: int = 0
    connections: int = 10
    connects_per_s: float = 500.0
    drain_s: float = 10.0
    processes: int = 1
    shard: str = "1/1"
    faults: FaultPlan = FaultPlan()

    def make_fleet(self) -> Fleet:
        """Return all devices, those of other shards included.

        Raises:
            FleetError: There is no such fleet.
            LookupError: There is no such kind.
            LoadInvalid: There are too many or too few devices.
        """
        return (
            load_fleet(self.fleet) if self.fleet else crowd_of(kind_named(self.kind), self.devices)
        )

    def plan(self, process: int | None = None) -> LoadPlan:
        """Return the plan of one of the processes, from 0, or of all of them.

        Raises:
            LoadInvalid: Figures do not go together.
        """
        shard, count = Shard.parse(self.shard), self.processes
        mine = 0 if process is None else process
        return LoadPlan(
            rate_per_s=self.rate_per_s,
            duration_s=self.duration_s,
            warmup_s=self.warmup_s,
            profile=self.profile,
            qos=self.qos,
            batch=self.batch,
            span_s=self.span_s,
            seed=self.seed,
            connections=max(1, (self.connections + count - 1 - mine) // count),
            connects_per_s=self.connects_per_s / count,
            drain_s=self.drain_s,
            shard=shard if process is None else shard.part(process, count),
            faults=self.faults,
        )

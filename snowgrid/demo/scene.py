"""What the demo consists of, for everyone who plays it, shows it or adds it up."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from devices.fleets.fleet import Fleet
from devices.gateways.broker import BrokerAddress
from devices.simulator.progress import SimulatorProgress
from ingest.vitals import Vitals
from snowgrid.demo.latest import Latest


class Phase(StrEnum):
    """How far it has come."""

    STARTING = "starting"
    PLAYING = "playing"
    FINISHING = "finishing"


@dataclass(frozen=True, slots=True)
class Files:
    """What the demo leaves behind.

    Attributes:
        store: The database.
    """

    store: Path

    @property
    def dead_letters(self) -> Path:
        """Folder of what was rejected, beside the database."""
        return self.store.with_name(f"{self.store.stem}-deadletters")

    @property
    def log(self) -> Path:
        """What the service logged in the last run."""
        return self.store.with_name(f"{self.store.stem}.log")

    @property
    def store_bytes(self) -> int:
        """Size of the database, what is not yet merged into its file included."""
        paths = (self.store, self.store.with_name(f"{self.store.name}.wal"))
        return sum(path.stat().st_size for path in paths if path.exists())


@dataclass(slots=True, kw_only=True)
class Scene:
    """A run of the demo.

    Attributes:
        fleet: Who publishes.
        files: What is left behind.
        seed: Of weather, devices and mishaps.
        duration_s: How long devices publish, or None for until told to stop.
        phase: How far it has come.
        broker: The embedded broker, or None before it runs.
        metrics_url: Where the service serves its metrics, once it does.
        boards_url: Where a browser shows the boards, once it can.
        vitals: Of the service.
        latest: Readings that became durable.
        progress: Of the simulated fleet.
        mishaps: Of the messages that are bad on purpose, by the reason to reject them for.
        trouble: Why the demo ended early, or an empty string.
    """

    fleet: Fleet
    files: Files
    seed: int
    duration_s: float | None
    phase: Phase = Phase.STARTING
    broker: BrokerAddress | None = None
    metrics_url: str = ""
    boards_url: str = ""
    vitals: Vitals = field(default_factory=lambda: Vitals(started_at=0.0, broker=""))
    latest: Latest = field(default_factory=Latest)
    progress: SimulatorProgress = field(default_factory=SimulatorProgress)
    mishaps: SimulatorProgress = field(default_factory=SimulatorProgress)
    trouble: str = ""

    @property
    def played_s(self) -> float:
        """How long devices have been publishing."""
        return (self.progress.simulated_ms - self.progress.start_ms) / 1_000

    @property
    def published(self) -> int:
        """Readings that the broker has, good ones and bad ones."""
        return self.progress.published.total() + self.mishaps.published.total()

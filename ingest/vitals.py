"""What the service knows of itself: metrics, health, the log line and the demo read it.

The pipeline writes these fields as it goes; readers take them as they are, in the same event
loop. Instants are seconds of `time.monotonic()`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ingest.aggregation.figures import RollupFigures
from ingest.core.ledger import Ledger
from ingest.reload.outcome import Outcome
from ingest.rules.alert import Alert
from ingest.rules.explanation import Explanation
from ingest.stores.base import StoreState


def _nothing_stored() -> StoreState:
    return StoreState(stored=0, refused=0, waiting=0)


@dataclass(slots=True, kw_only=True)
class Vitals:
    """The state of a running service.

    Attributes:
        started_at: When the service started.
        broker: `host:port`, for people.
        ledger: The books.
        store_state: Returns what became of the committed readings; cheap, no I/O.
        rollups: State of the rollups.
        firing: Returns the alerts that fire now.
        alert_complaints: Returns what keeps outputs from telling alerts.
        explain: Says of a rule, a site and a device why it fires or not; None without rules.
        reload: Reads settings and rules anew and takes them over; None where that cannot be.
        lost_upstream: Readings that devices counted and nobody received.
        dropped_by_broker: Messages that the broker says it has dropped since it started, for
            whichever client; None where it does not say.
        connected: Whether the link to the broker is up.
        connections: Connections that the broker accepted since the start.
        subscribed_since: When the broker granted the subscription of this connection, or None.
        last_commit_at: When the last batch became durable, or None before the first.
        oldest_uncommitted_at: When the oldest message that is not yet durable arrived, or None
            while nothing waits.
        lag_s: Device time to commit of the latest batch, or None before the first.
        devices: Devices heard since the start.
        max_devices: How many of them are taken in.
        dead_letter_bytes: Size of the dead letters on disk.
        broker_complaint: What keeps us from the broker, or an empty string.
        disk_complaint: Why nothing can be made durable, or an empty string.
        reload_complaint: Why the last reload was refused, or an empty string.
        registry_complaint: Why readings of new devices are rejected, or an empty string.
    """

    started_at: float
    broker: str
    ledger: Ledger = field(default_factory=Ledger)
    store_state: Callable[[], StoreState] = _nothing_stored
    rollups: RollupFigures = field(default_factory=RollupFigures)
    firing: Callable[[], Sequence[Alert]] = tuple
    alert_complaints: Callable[[], Sequence[str]] = tuple
    explain: Callable[[str, str, str], Explanation] | None = None
    reload: Callable[[], Awaitable[Outcome]] | None = None
    lost_upstream: int = 0
    dropped_by_broker: int | None = None
    connected: bool = False
    connections: int = 0
    subscribed_since: float | None = None
    last_commit_at: float | None = None
    oldest_uncommitted_at: float | None = None
    lag_s: float | None = None
    devices: int = 0
    max_devices: int = 0
    dead_letter_bytes: int = 0
    broker_complaint: str = ""
    disk_complaint: str = ""
    reload_complaint: str = ""
    registry_complaint: str = ""

    @property
    def complaints(self) -> tuple[str, ...]:
        """What a person must know or fix, in broker, disk, devices, store, rollups, alerts."""
        store = self.store_state()
        complaints = (
            self.broker_complaint,
            self.disk_complaint,
            self.registry_complaint,
            store.complaint,
            store.rows.complaint,
            self.rollups.complaint,
            self.reload_complaint,
            *self.alert_complaints(),
        )
        return tuple(filter(None, complaints))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the service does its work at this moment.

    Attributes:
        failing: What is wrong, by the name of the condition; empty when ready.
        notes: What a person should know although the service does its work.
    """

    failing: dict[str, str]
    notes: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether no condition fails."""
        return not self.failing


def readiness(vitals: Vitals, *, now: float, max_age_s: float) -> Readiness:
    """Judge whether telemetry is being taken and made durable.

    A broker that sends nothing leaves the service ready, and so does a database that is away:
    readings are durable in the spool, and its complaint is a note.

    Args:
        vitals: The state of the service.
        now: Monotonic seconds.
        max_age_s: Longest a message may wait for its commit.
    """
    failing = {}
    if vitals.subscribed_since is None:
        link = "connected, not yet subscribed" if vitals.connected else "not connected"
        failing["subscribed"] = f"{link} to {vitals.broker}"
    if vitals.oldest_uncommitted_at is not None:
        waiting_s = now - vitals.oldest_uncommitted_at
        if waiting_s > max_age_s:
            failing["committing"] = (
                f"a message has waited {waiting_s:.0f} s for its commit, limit {max_age_s:g} s"
            )
    return Readiness(failing=failing, notes=vitals.complaints)

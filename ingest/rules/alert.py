"""What a rule says about a device: the value that every output of alerts is made from."""

from dataclasses import dataclass
from enum import StrEnum

from devices.schema import Severity


class AlertState(StrEnum):
    """Where an alert is in its life; one that is ok does not exist."""

    PENDING = "pending"  # the condition holds, not yet for long enough
    FIRING = "firing"
    RESOLVED = "resolved"  # it fired, and does no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One rule about one device, or about a whole site, at one moment.

    Attributes:
        rule: Name of the rule.
        severity: How soon a person must look; of the level that holds, where a rule has levels.
        site: Where.
        kind: Device kind.
        device: Which device; empty when the rule watches an aggregate over the site.
        state: See `AlertState`.
        value: What the rule saw last, in the field's unit; NaN where there is none (no data).
        since_ms: When the condition began to hold, Unix milliseconds, event time.
        changed_ms: When it came into this state and severity.
        firing_ms: When it began to fire, or None while it is pending.
        resolved_ms: When it was resolved, or None before.
        summary: One sentence for people, with device and value filled in.
    """

    rule: str
    severity: Severity
    site: str
    kind: str
    device: str
    state: AlertState
    value: float
    since_ms: int
    changed_ms: int
    firing_ms: int | None = None
    resolved_ms: int | None = None
    summary: str = ""

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """Site, kind, device and rule: what makes it the same alert over time."""
        return self.site, self.kind, self.device, self.rule

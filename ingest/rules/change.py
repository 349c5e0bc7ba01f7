"""What the machine of alerts tells: that one began, changed its severity, or ended."""

from typing import NamedTuple

NOT_FIRING = -1


class Change(NamedTuple):
    """A change of an alert, or how it stands.

    Attributes:
        subject: Row of the device or site.
        rule: Place of the rule among the machine's.
        level: Place of the highest level that fires now, or `NOT_FIRING`.
        was: The same before the change.
        at_ms: When; of an alert that stands, when it came to this.
        since_ms: When the condition began to hold.
        firing_ms: When the alert began to fire.
        value: What was seen last.
    """

    subject: int
    rule: int
    level: int
    was: int
    at_ms: int
    since_ms: int
    firing_ms: int
    value: float

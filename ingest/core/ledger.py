"""The books: every message, and every reading, ends in exactly one terminal state.

`in_flight` is counted on its own, where the work is held, and not derived from the others; only
so can `balance` be something other than zero, and only so does zero prove anything.
"""

from collections import Counter
from dataclasses import dataclass, field

from ingest.core.rejection import Reason


@dataclass(slots=True, kw_only=True)
class Account:
    """What was received of one thing (messages or readings), and what became of it.

    Attributes:
        received: Taken from the broker, redeliveries included.
        committed: Durable in spool or store. A message counts here when any reading of it does.
        rejected: Durable in the dead letters, by reason.
        skipped: Retained telemetry: old state, not news.
        left: Left to another service; of messages only, since these are not taken apart.
        in_flight: Taken and not yet in one of the states above.
    """

    received: int = 0
    committed: int = 0
    rejected: Counter[Reason] = field(default_factory=Counter)
    skipped: int = 0
    left: int = 0
    in_flight: int = 0

    @property
    def balance(self) -> int:
        """Received minus accounted for; anything but 0 is a bug in this program."""
        ended = self.committed + self.rejected.total() + self.skipped + self.left
        return self.received - ended - self.in_flight


@dataclass(slots=True, kw_only=True)
class Ledger:
    """All accounts of a run.

    Attributes:
        messages: MQTT publishes.
        readings: Elements of them: one a message, or as many as its array has. A message that
            cannot be taken apart counts as one.
        committed_by_kind: Readings committed, by kind.
        redelivered: Messages that the broker flagged as sent before.
        unknown_fields: Fields dropped because the kind does not have them, by kind.
    """

    messages: Account = field(default_factory=Account)
    readings: Account = field(default_factory=Account)
    committed_by_kind: Counter[str] = field(default_factory=Counter)
    redelivered: int = 0
    unknown_fields: Counter[str] = field(default_factory=Counter)

    @property
    def balanced(self) -> bool:
        """Whether both accounts add up."""
        return self.messages.balance == 0 and self.readings.balance == 0

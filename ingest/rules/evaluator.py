"""The seam between the pipeline and the rules: frames go in, transitions come out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ingest.core.frame import Frame
from ingest.rules.alert import Alert
from ingest.rules.explanation import Explanation
from ingest.rules.rule import Rule


class Evaluator(Protocol):
    """Evaluates rules; pure and quick, called from the event loop, never from two threads.

    Transitions are alerts in state `FIRING` (one began, or its severity changed) and `RESOLVED`,
    each told once, in the order in which they happened for a device. `changed_ms` and the other
    moments are event time: a timer that is looked at late tells the moment it was due.
    """

    @property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by name, for their labels and annotations; the mapping follows `adopt`."""
        ...

    def take(self, frames: Sequence[Frame], now_ms: int) -> tuple[Alert, ...]:
        """Take the good readings of a batch and return the transitions they cause.

        Timers run as well, so while frames come, `advance` need not be called.

        Args:
            frames: At most one a kind, as the decoder made them.
            now_ms: Wall clock, Unix milliseconds; never runs backwards for long.
        """
        ...

    def advance(self, now_ms: int) -> tuple[Alert, ...]:
        """Return the transitions that time alone causes; to be called every second or so."""
        ...

    def active(self) -> tuple[Alert, ...]:
        """Return all alerts that are pending or firing now."""
        ...

    def snapshot(self) -> bytes:
        """Return the whole state, for `restore` after a restart."""
        ...

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot; what belongs to rules that changed or are gone is dropped.

        To be called before the first `take`. Alerts of rules that are gone are not told as
        resolved: the caller knows what it told last, and compares with `active`.

        Raises:
            ValueError: These bytes are no snapshot, or of another version.
        """
        ...

    def adopt(self, rules: Iterable[Rule]) -> None:
        """Go on with other rules; the state of those that decide the same as before is kept.

        Alerts of rules that changed or are gone end without a transition: the caller knows what it
        told last, and compares with `active`.
        """
        ...

    def explain(self, rule: str, site: str, device: str = "") -> Explanation:
        """Say why a rule fires for a device, or for a whole site, or why it does not.

        Raises:
            LookupError: No such rule; the message names the nearest.
        """
        ...

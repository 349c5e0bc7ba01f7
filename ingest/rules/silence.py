"""Rules about devices that are not heard."""

from collections.abc import Sequence

import numpy as np

from ingest.rules.arrays import NEVER, Bools, Millis, Rows, grown
from ingest.rules.change import Change
from ingest.rules.machine import LATE, Machine
from ingest.rules.rule import Rule
from ingest.rules.thresholds import is_limited, watches


class Silence:
    """Evaluates the rules; a device is expected once it was heard.

    Attributes:
        machine: The state of the rules, whose levels say how long a device may be silent.
        watched: Shape (devices, levels), which rules are about which device.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.machine = Machine(rules)
        levels = [level for rule in rules for level in rule.levels]
        self._patience_ms = np.array([round(level.for_s * 1000) for level in levels])
        self.watched = np.empty((0, len(levels)), dtype=bool)
        self._limited = any(map(is_limited, rules))
        self._next_ms = LATE

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        self.machine.grow(devices)
        self.watched = grown(self.watched, devices, 1)

    def meet(self, row: int, site: str, device: str) -> None:
        """Settle which rules are about a new device."""
        if not self._limited:
            return
        watched = np.array([watches(rule, site, device) for rule in self.machine.rules])
        self.watched[row] = watched[self.machine.rule_of]

    def hear(self, rows: Rows, ts_ms: Millis, last_ms: Millis, clock_ms: int) -> list[Change]:
        """Take that devices were heard.

        Args:
            rows: Shape (n,), devices, some perhaps several times.
            ts_ms: Shape (n,).
            last_ms: Shape (devices,), when each was heard last, these readings included.
            clock_ms: What the clock of the kind shows.
        """
        self._next_ms = min(self._next_ms, int((ts_ms + self._patience_ms.min()).min()))
        back = rows[self.machine.busy[rows]]
        if not len(back):
            return []
        back = np.unique(back)
        silent = (last_ms[back][:, None] + self._patience_ms <= clock_ms) & self.watched[back]
        since = self.machine.firing_ms[back].max(axis=1)
        return self._step(back, np.maximum(last_ms[back], since), silent, last_ms)

    def look_again(self) -> None:
        """Look at every device when time passes next, as what is known of them was set."""
        self._next_ms = NEVER

    def due(self, clock_ms: int, last_ms: Millis, listening_ms: int) -> list[Change]:
        """Return what changes by time alone until the clock shows this.

        Args:
            clock_ms: What the clock of the kind shows.
            last_ms: Shape (devices,), when each was heard last.
            listening_ms: Since when the service listens; what it cannot have heard is no silence.
        """
        changes = self.machine.due(clock_ms)
        if clock_ms < self._next_ms:
            return changes
        quiet_since = np.maximum(last_ms, listening_ms)[:, None]
        watched = self.watched[: len(last_ms)]
        deadline = np.where(watched, quiet_since + self._patience_ms, LATE)
        silent = deadline <= clock_ms
        self._next_ms = int(np.where(silent, LATE, deadline).min())
        known = self.machine.since_ms[: len(last_ms)] != NEVER
        fresh = np.flatnonzero((silent & ~known).any(axis=1))
        if len(fresh):
            at = np.full(len(fresh), clock_ms)
            changes += self._step(fresh, at, silent[fresh] | known[fresh], quiet_since[:, 0])
        return changes

    def _step(self, rows: Rows, at_ms: Millis, silent: Bools, since_ms: Millis) -> list[Change]:
        nothing = np.full((len(rows), len(self.machine.rules)), np.nan)
        return self.machine.step(rows, at_ms, silent, nothing, since_ms=since_ms[rows])

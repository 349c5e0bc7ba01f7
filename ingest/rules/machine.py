"""The life of alerts: ok → pending → firing → ok, for many devices and rules at once.

A subject is a device or a site, a check is a level of a rule. The state is three moments for
each: since when the check holds, since when it fires, and since when it holds no more though it
still fires. Whoever is asked when something began gets the moment it was due, not the moment
somebody looked, so the history does not depend on how readings were batched.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np

from devices.schema import Severity
from ingest.rules.arrays import NEVER, Bools, Floats, Millis, Rows, grown
from ingest.rules.change import NOT_FIRING, Change
from ingest.rules.rule import Rule

LATE = int(np.iinfo(np.int64).max) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ripe:
    """Checks that begin or cease to fire; arrays of one length."""

    subject: Rows
    check: Rows
    at_ms: Millis
    on: Bools


class Machine:
    """The state of all checks of some rules, for subjects that come one by one.

    Attributes:
        rules: The rules, in the order of `Change.rule`.
        rule_of: Shape (checks,), the rule of each check; levels of a rule stand together.
        since_ms: Shape (subjects, checks), when the check began to hold, or `NEVER`.
        firing_ms: When it began to fire, or `NEVER`.
        quiet_ms: When it ceased to hold while firing, or `NEVER`.
        busy: Shape (subjects,), whether any check holds or fires.
        seen: Shape (subjects, rules), the value that was last seen; NaN for none.
        changes: When alerts began and ended last, by subject and rule; of those that may flap.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        levels = [
            (number, place, level)
            for number, rule in enumerate(rules)
            for place, level in enumerate(rule.levels)
        ]
        self.rule_of = np.array([number for number, _, _ in levels], dtype=np.intp)
        self.level_of = np.array([place for _, place, _ in levels], dtype=np.intp)
        self._first_check = np.searchsorted(self.rule_of, np.arange(len(rules)))
        self._for_ms = np.array([_ms(level.for_s) for _, _, level in levels], dtype=np.int64)
        self._keep_ms = np.array(
            [_ms(rules[number].keep_firing_s) for number, _, _ in levels], dtype=np.int64
        )
        checks = len(levels)
        self.since_ms = np.empty((0, checks), dtype=np.int64)
        self.firing_ms = np.empty((0, checks), dtype=np.int64)
        self.quiet_ms = np.empty((0, checks), dtype=np.int64)
        self.busy = np.empty(0, dtype=bool)
        self.seen = np.empty((0, len(rules)))
        self.held_ms = np.empty((0, len(rules)), dtype=np.int64)  # while it flaps
        self.resumed_ms = np.empty(0, dtype=np.int64)  # of subjects not heard since a restart
        self.lit = np.empty((0, len(rules)), dtype=np.int64)  # a bit for each level that fires
        self.began_ms = np.empty((0, len(rules)), dtype=np.int64)
        self.began_since_ms = np.empty((0, len(rules)), dtype=np.int64)
        self.changed_ms = np.empty((0, len(rules)), dtype=np.int64)
        self.changes: dict[tuple[int, int], deque[int]] = {}
        self._next_ms = LATE

    def grow(self, subjects: int) -> None:
        """Make room for so many subjects."""
        self.since_ms = grown(self.since_ms, subjects, NEVER)
        self.firing_ms = grown(self.firing_ms, subjects, NEVER)
        self.quiet_ms = grown(self.quiet_ms, subjects, NEVER)
        self.busy = grown(self.busy, subjects, 0)
        self.seen = grown(self.seen, subjects, np.nan)
        self.held_ms = grown(self.held_ms, subjects, 0)
        self.resumed_ms = grown(self.resumed_ms, subjects, NEVER)
        self.lit = grown(self.lit, subjects, 0)
        self.began_ms = grown(self.began_ms, subjects, NEVER)
        self.began_since_ms = grown(self.began_since_ms, subjects, NEVER)
        self.changed_ms = grown(self.changed_ms, subjects, NEVER)

    def step(
        self,
        rows: Rows,
        ts_ms: Millis,
        truth: Bools,
        seen: Floats,
        *,
        since_ms: Millis | None = None,
    ) -> list[Change]:
        """Tell for some subjects which checks hold, and return what changes by that.

        Args:
            rows: Shape (n,), the subjects, each once.
            ts_ms: Shape (n,), when, not before the last time for that subject.
            truth: Shape (n, checks).
            seen: Shape (n, rules), NaN where nothing new was seen.
            since_ms: Shape (n,), since when, where that was before `ts_ms`.
        """
        self.resumed_ms[rows] = NEVER
        changes = self._run_out(rows, ts_ms[:, None])
        self.seen[rows] = np.where(np.isnan(seen), self.seen[rows], seen)
        now = ts_ms[:, None]
        begin = now if since_ms is None else since_ms[:, None]
        since, firing, quiet = self.since_ms[rows], self.firing_ms[rows], self.quiet_ms[rows]
        since = np.where(truth, np.where(since == NEVER, begin, since), NEVER)
        idle = firing == NEVER
        quiet = np.where(truth | idle, NEVER, np.where(quiet == NEVER, now, quiet))
        self.since_ms[rows], self.quiet_ms[rows] = since, quiet
        fire_at, end_at = since + self._for_ms, quiet + self._lasting_ms(rows)
        fires = truth & idle & (fire_at <= now)
        ends = (quiet != NEVER) & (end_at <= now)
        changes += self._turn(rows, fires, fire_at, ends, end_at)
        return changes

    def due(self, clock_ms: int) -> list[Change]:
        """Return what changes by time alone until the clock shows this."""
        if clock_ms <= self._next_ms:
            return []
        self._next_ms = LATE
        rows = np.flatnonzero(self.busy)
        return self._run_out(rows, np.full((len(rows), 1), clock_ms)) if len(rows) else []

    def _standing(self, subject: int, number: int) -> Change | None:
        """Return how an alert stands; a pending one has `level` `NOT_FIRING` and `was` its level.

        None when it is neither pending nor firing.
        """
        since = self.since_ms[subject, self._checks(number)]
        held = np.flatnonzero(since != NEVER)
        level = int(self.lit[subject, number]).bit_length() - 1
        if level != NOT_FIRING:
            return self._change(
                subject, number, level, level, int(self.changed_ms[subject, number])
            )
        if not len(held):
            return None
        first_ms = int(since[held].min())
        return Change(
            subject=subject,
            rule=number,
            level=NOT_FIRING,
            was=int(held[-1]),
            at_ms=first_ms,
            since_ms=first_ms,
            firing_ms=NEVER,
            value=float(self.seen[subject, number]),
        )

    def standings(self) -> Iterator[Change]:
        """Yield how every alert stands that is pending or firing."""
        rows = np.flatnonzero(self.busy)
        holding = np.logical_or.reduceat(self.since_ms[rows] != NEVER, self._first_check, axis=1)
        row_at, number_at = np.nonzero(holding | (self.lit[rows] != 0))
        for subject, number in zip(rows[row_at].tolist(), number_at.tolist(), strict=True):
            change = self._standing(subject, number)
            if change:
                yield change

    def _checks(self, number: int) -> slice:
        first = int(self._first_check[number])
        return slice(first, first + len(self.rules[number].levels))

    def until_ms(self, subject: int) -> list[int | None]:
        """Return for each check when it is going to fire or to end, or None."""
        rows = np.array([subject])
        fire_at, end_at = self._deadlines(rows)
        soonest = np.minimum(fire_at, end_at)[0].tolist()
        return [None if moment == LATE else moment for moment in soonest]

    def _run_out(self, rows: Rows, limit_ms: Millis) -> list[Change]:
        """Let the timers run that are due before the limit, of shape (n, 1)."""
        fire_at, end_at = self._deadlines(rows)
        return self._turn(rows, fire_at < limit_ms, fire_at, end_at < limit_ms, end_at)

    def _deadlines(self, rows: Rows) -> tuple[Millis, Millis]:
        """Return when pending checks fire and when quiet ones end; `LATE` for all others."""
        since, firing, quiet = self.since_ms[rows], self.firing_ms[rows], self.quiet_ms[rows]
        pending = (since != NEVER) & (firing == NEVER)
        begin = np.maximum(since, self.resumed_ms[rows][:, None])
        fire_at = np.where(pending, begin + self._for_ms, LATE)
        return fire_at, np.where(quiet != NEVER, quiet + self._lasting_ms(rows), LATE)

    def _lasting_ms(self, rows: Rows) -> Millis:
        lasting: Millis = np.maximum(self._keep_ms, self.held_ms[rows][:, self.rule_of])
        return lasting

    def _turn(
        self, rows: Rows, fires: Bools, fire_at: Millis, ends: Bools, end_at: Millis
    ) -> list[Change]:
        """Let checks fire and end, and return the changes of their alerts in time order."""
        changes: list[Change] = []
        if fires.any() or ends.any():
            (fire_row, fire_check), (end_row, end_check) = np.nonzero(fires), np.nonzero(ends)
            ripe = _Ripe(
                subject=rows[np.concatenate([fire_row, end_row])],
                check=np.concatenate([fire_check, end_check]),
                at_ms=np.concatenate([fire_at[fires], end_at[ends]]),
                on=np.repeat([True, False], [len(fire_row), len(end_row)]),
            )
            self.firing_ms[ripe.subject, ripe.check] = np.where(ripe.on, ripe.at_ms, NEVER)
            self.quiet_ms[ripe.subject, ripe.check] = NEVER
            changes.extend(self._told(ripe))
        self.settle(rows)
        return changes

    def settle(self, rows: Rows) -> None:
        """Find out which of these subjects are busy, and when the next timer runs out."""
        self.busy[rows] = (self.since_ms[rows] != NEVER).any(axis=1)
        self.busy[rows] |= (self.firing_ms[rows] != NEVER).any(axis=1)
        waiting = rows[self.busy[rows]]
        if len(waiting):
            self._next_ms = min(self._next_ms, *(int(d.min()) for d in self._deadlines(waiting)))

    def _told(self, ripe: _Ripe) -> Iterator[Change]:
        """Bring checks together to alerts; what happens at once to an alert is one change."""
        rule = self.rule_of[ripe.check]
        order = np.lexsort((rule, ripe.subject, ripe.at_ms))
        since_ms = self._held_since(ripe.subject, rule)
        columns = (ripe.at_ms, ripe.subject, rule, since_ms, ripe.check, ripe.on)
        events = zip(*(column[order].tolist() for column in columns), strict=True)
        for (at_ms, subject, number, since), group in groupby(events, itemgetter(0, 1, 2, 3)):
            before = lit = int(self.lit[subject, number])
            for *_, check, on in group:
                bit = 1 << int(self.level_of[check])
                lit = lit | bit if on else lit & ~bit
            self.lit[subject, number] = lit
            level, was = lit.bit_length() - 1, before.bit_length() - 1
            if self._severity(number, level) != self._severity(number, was):
                self.changed_ms[subject, number] = at_ms
                if was == NOT_FIRING:
                    self.began_ms[subject, number] = at_ms
                    self.began_since_ms[subject, number] = since
                if NOT_FIRING in {was, level}:
                    self._hold_on(subject, number, at_ms, began=was == NOT_FIRING)
                yield self._change(subject, number, level, was, at_ms)

    def _severity(self, number: int, level: int) -> Severity | None:
        return None if level == NOT_FIRING else self.rules[number].levels[level].severity

    def _held_since(self, subjects: Rows, rules: Rows) -> Millis:
        """Return since when the first level of each rule holds for its subject, shape (n,)."""
        since = self.since_ms[subjects]
        held = np.where(since == NEVER, LATE, since)
        first: Millis = np.minimum.reduceat(held, self._first_check, axis=1)
        return first[np.arange(len(rules)), rules]

    def _hold_on(self, subject: int, number: int, at_ms: int, *, began: bool) -> None:
        """Hold an alert on if it comes and goes too often."""
        flap = self.rules[number].flap
        if flap:
            changes = self.changes.setdefault((subject, number), deque(maxlen=flap.changes))
            changes.append(at_ms)
            often = len(changes) == flap.changes and changes[0] > at_ms - _ms(flap.within_s)
            self.held_ms[subject, number] = _ms(flap.within_s) if often and began else 0

    def _change(self, subject: int, number: int, level: int, was: int, at_ms: int) -> Change:
        return Change(
            subject=subject,
            rule=number,
            level=level,
            was=was,
            at_ms=at_ms,
            since_ms=int(self.began_since_ms[subject, number]),
            firing_ms=int(self.began_ms[subject, number]),
            value=float(self.seen[subject, number]),
        )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

"""All rules about one kind, and all that is remembered of its devices."""

from collections.abc import Iterator, Sequence

import numpy as np

from devices.schema import Kind
from ingest.core.frame import Frame
from ingest.rules.alert import Alert, AlertState
from ingest.rules.arrays import NEVER, Floats, Millis, Rows, in_time_order
from ingest.rules.change import NOT_FIRING, Change
from ingest.rules.clock import EventClock
from ingest.rules.device_rules import DeviceRules
from ingest.rules.hearing import Hearing
from ingest.rules.machine import Machine
from ingest.rules.roster import Roster
from ingest.rules.rule import Rule
from ingest.rules.silence import Silence
from ingest.rules.site_rules import SiteRules
from ingest.rules.summary import Sentence

FIRST_ROOM = 64
"""Devices; twice as many whenever there are more."""


class KindRules:
    """Evaluates the rules about one kind.

    Attributes:
        kind: What they are about.
        rules: All of them.
        roster: The devices heard.
        clock: What the timers go by,
        clock_ms: and what it showed when they were looked at last; None before.
        hearing: The latest reading of each device.
        listening_ms: What the clock showed when the service began to listen; None before.
        devices: Rules about readings of a device, if there are any.
        silence: Rules about devices not heard, if there are any.
        sites: Rules about aggregates, if there are any.
    """

    def __init__(self, rules: Sequence[Rule], kind: Kind) -> None:
        self.kind = kind
        self.rules = tuple(rules)
        silent = [rule for rule in rules if rule.silence]
        aggregates = [rule for rule in rules if rule.aggregate]
        single = [rule for rule in rules if not rule.silence and not rule.aggregate]
        self.roster = Roster(self._meet)
        self.clock = EventClock()
        self.hearing = Hearing(kind)
        self.clock_ms: int | None = None
        self.listening_ms: int | None = None
        self.devices = DeviceRules(single, kind) if single else None
        self.silence = Silence(silent) if silent else None
        self.sites = SiteRules(aggregates, kind) if aggregates else None
        self._sentences = {
            (rule.name, place): Sentence(kind, rule, level)
            for rule in rules
            for place, level in enumerate(rule.levels)
        }

    def _meet(self, row: int, site: str, device: str) -> None:
        parts = [part for part in (self.devices, self.silence, self.sites) if part]
        if row >= len(self.hearing.last_ms):
            room = max(FIRST_ROOM, 2 * row)
            self.hearing.grow(room)
            for part in parts:
                part.grow(room)
        for part in parts:
            part.meet(row, site, device)

    def take(self, frame: Frame, now_ms: int) -> list[Alert]:
        """Take a frame and return the transitions that it causes."""
        rows, ts_ms, readings = self.roster.rows(frame), frame.ts_ms, frame.values
        order = in_time_order(ts_ms)
        if order is not None:
            rows, ts_ms, readings = rows[order], ts_ms[order], readings[order]
        old = ts_ms < self.hearing.last_ms[rows]
        if old.any():
            rows, ts_ms, readings = rows[~old], ts_ms[~old], readings[~old]
        if not len(rows):
            return self.advance(now_ms)
        clock_ms = self.clock.see(int(ts_ms[-1]), now_ms)
        if self.listening_ms is None:
            self._begin_to_listen(clock_ms)
        alerts: list[Alert] = []
        for part, at_ms in self._parts(ts_ms, clock_ms):
            if part.start < part.stop:
                alerts += self._take(rows[part], ts_ms[part], readings[part], at_ms)
            alerts += self._due(at_ms)
        return alerts

    def _parts(self, ts_ms: Millis, clock_ms: int) -> Iterator[tuple[slice, int]]:
        """Yield what lies between the moments of site rules, and what the clock shows after it."""
        begin = 0
        for moment_ms in self.sites.moments(min(int(ts_ms[-1]), clock_ms)) if self.sites else ():
            end = int(np.searchsorted(ts_ms, moment_ms, side="right"))
            yield slice(begin, end), moment_ms
            begin = end
        yield slice(begin, len(ts_ms)), clock_ms

    def _take(self, rows: Rows, ts_ms: Millis, readings: Floats, clock_ms: int) -> list[Alert]:
        alerts: list[Alert] = []
        if self.sites:
            self.sites.take(rows, ts_ms, readings)
        if self.devices:
            changes = self.devices.take(rows, ts_ms, readings, self.hearing)
            alerts.extend(self._told(self.devices.machine, changes))
        else:
            self.hearing.hear(rows, ts_ms, readings)
        if self.silence:
            changes = self.silence.hear(rows, ts_ms, self.hearing.last_ms, clock_ms)
            alerts.extend(self._told(self.silence.machine, changes))
        return alerts

    def advance(self, now_ms: int) -> list[Alert]:
        """Return the transitions that time alone causes."""
        clock_ms = self.clock.show(now_ms)
        return [] if clock_ms is None or self.listening_ms is None else self._due(clock_ms)

    def _begin_to_listen(self, since_ms: int) -> None:
        self.listening_ms = since_ms
        for machine in self.machines:
            machine.resumed_ms[:] = np.where(machine.busy, since_ms, NEVER)

    @property
    def machines(self) -> tuple[Machine, ...]:
        """The state of all rules."""
        parts = (self.devices, self.silence, self.sites)
        return tuple(part.machine for part in parts if part)

    def _due(self, clock_ms: int) -> list[Alert]:
        self.clock_ms = clock_ms
        last_ms, since_ms = self.hearing.last_ms[: len(self.roster)], self.listening_ms or clock_ms
        alerts: list[Alert] = []
        if self.devices:
            machine = self.devices.machine
            alerts.extend(self._told(machine, machine.due(clock_ms)))
        if self.silence:
            changes = self.silence.due(clock_ms, last_ms, since_ms)
            alerts.extend(self._told(self.silence.machine, changes))
        if self.sites:
            changes = self.sites.due(clock_ms, last_ms, since_ms)
            alerts.extend(self._told(self.sites.machine, changes))
        return alerts

    def active(self) -> Iterator[Alert]:
        """Yield every alert that is pending or firing."""
        for machine in self.machines:
            for change in machine.standings():
                yield self._alert(machine, change, standing=True)

    def _told(self, machine: Machine, changes: Sequence[Change]) -> Iterator[Alert]:
        return (self._alert(machine, change) for change in changes)

    def _alert(self, machine: Machine, change: Change, *, standing: bool = False) -> Alert:
        rule = machine.rules[change.rule]
        site, device = self._name(machine, change.subject)
        ended = change.level == NOT_FIRING
        place = change.was if ended else change.level
        resting = AlertState.PENDING if standing else AlertState.RESOLVED
        return Alert(
            rule=rule.name,
            severity=rule.levels[place].severity,
            site=site,
            kind=self.kind.name,
            device=device,
            state=resting if ended else AlertState.FIRING,
            value=change.value,
            since_ms=change.since_ms,
            changed_ms=change.at_ms,
            firing_ms=None if standing and ended else change.firing_ms,
            resolved_ms=change.at_ms if ended and not standing else None,
            summary=self._sentences[rule.name, place].about(
                site=site,
                device=device,
                value=change.value,
                limit=self._limit(machine, change.subject, change.rule, place),
            ),
        )

    def _limit(self, machine: Machine, row: int, number: int, place: int) -> float:
        for part in (self.devices, self.sites):
            if part and part.machine is machine:
                return part.thresholds.limit(row, number, place)
        return np.nan

    def _name(self, machine: Machine, row: int) -> tuple[str, str]:
        if self.sites and machine is self.sites.machine:
            return self.sites.sites[row], ""
        return self.roster.names[row]

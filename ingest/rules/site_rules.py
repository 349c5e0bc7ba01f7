"""Rules about a number that is taken over all devices of a kind at a site.

The number is taken at whole multiples of a stretch of event time, from the readings up to then:
so it is the same however the readings were batched.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from devices.schema import Kind
from ingest.rules.aggregation import aggregated
from ingest.rules.arrays import NEVER, Bools, Floats, Millis, Rows, grown
from ingest.rules.change import Change
from ingest.rules.freshest import Freshest
from ingest.rules.hearing import Hearing
from ingest.rules.machine import Machine
from ingest.rules.plan import Plan, sign_of, truth_by_code, words_of
from ingest.rules.rule import Aggregate, Condition, Function, Rule, Signal
from ingest.rules.thresholds import Thresholds, is_limited, watches

EVALUATIONS_PER_WINDOW = 12
EVERY_MS = (1_000, 60_000)
MOST_MOMENTS = 240  # between two frames; after a longer silence the first ones are left out


class SiteRules:
    """Evaluates the rules, several times in the shortest of their windows.

    Attributes:
        sites: Names, in the order of the machine's subjects.
        plan: The conditions; each rule's number is a column of its own.
        machine: The state of the levels.
        thresholds: What is valid for each site.
        holds: Shape (sites, conditions).
        numbers: Shape (sites, rules), as evaluated last.
    """

    def __init__(self, rules: Sequence[Rule], kind: Kind) -> None:
        # Which devices are taken is asked of each device, not of the site.
        about_sites = [replace(rule, devices=()) for rule in rules]
        self.sites: list[str] = []
        self.plan = Plan(about_sites, [() for _ in rules], lambda number, _: number)
        self.machine = Machine(rules)
        self.thresholds = Thresholds(about_sites, self.plan)
        self.holds = np.empty((0, len(self.plan.conditions)), dtype=bool)
        self.numbers = np.empty((0, len(rules)))
        self._rules = rules
        self._kind = kind
        self._row_of_site: dict[str, int] = {}
        self._site_of = np.empty(0, dtype=np.intp)
        self._taken = np.empty((0, len(rules)), dtype=bool)
        self._first_like, self._like = _alike(rules)
        fields = {rule.aggregate.field for rule in rules if rule.aggregate and rule.aggregate.field}
        self.freshest = {field: Freshest(kind.column[field]) for field in sorted(fields)}
        shortest_s = min(rule.aggregate.window_s for rule in rules if rule.aggregate)
        every_ms = round(shortest_s * 1000 / EVALUATIONS_PER_WINDOW)
        self._every_ms = min(max(every_ms, EVERY_MS[0]), EVERY_MS[1])
        windows_s = np.array([rule.aggregate.window_s for rule in rules if rule.aggregate])
        self._window_ms = np.rint(windows_s * 1000)[self.plan.rule_of]  # of each condition
        self._limited = any(map(is_limited, rules))
        self._moment_ms: int | None = None  # when the numbers were taken last

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        self._site_of = grown(self._site_of, devices, 0)
        self._taken = grown(self._taken, devices, 1)
        for freshest in self.freshest.values():
            freshest.grow(devices)

    def meet(self, row: int, site: str, device: str) -> None:
        """Settle which rules take a new device, and meet its site if that is new too."""
        if self._limited:
            self._taken[row] = [watches(rule, site, device) for rule in self._rules]
        if site not in self._row_of_site:
            self._meet_site(site)
        self._site_of[row] = self._row_of_site[site]

    def _meet_site(self, site: str) -> None:
        row = self._row_of_site[site] = len(self.sites)
        self.sites.append(site)
        self.machine.grow(row + 1)
        self.thresholds.grow(row + 1)
        self.thresholds.meet(row, site, "")
        self.holds = grown(self.holds, row + 1, 0)
        self.numbers = grown(self.numbers, row + 1, np.nan)

    def find(self, site: str) -> int | None:
        """Return a site's row, or None when nothing of it was ever heard."""
        return self._row_of_site.get(site)

    def succeed(self, before: "SiteRules | None", hearing: Hearing, devices: int) -> None:
        """Go on with the windows of other rules about the same devices, in the same rows.

        Args:
            before: The other rules, where there were any.
            hearing: What every device said last, for fields that those did not look at.
            devices: How many there are.
        """
        known = before.freshest if before else {}
        for field, freshest in self.freshest.items():
            if field in known:
                freshest.ts_ms[:devices] = known[field].ts_ms[:devices]
                freshest.value[:devices] = known[field].value[:devices]
            else:
                rows = np.arange(devices)
                freshest.take(rows, hearing.last_ms[rows], hearing.last[rows])
        self._moment_ms = before.last_moment_ms if before else None

    @property
    def last_moment_ms(self) -> int | None:
        """When the numbers were taken last; None before."""
        return self._moment_ms

    def take(self, rows: Rows, ts_ms: Millis, readings: Floats) -> None:
        """Take readings in time order, none older than its device's last."""
        for freshest in self.freshest.values():
            freshest.take(rows, ts_ms, readings)

    def moments(self, until_ms: int) -> range:
        """Return when the numbers are to be taken until a time, since they were taken last."""
        last_ms = until_ms // self._every_ms * self._every_ms
        first_ms = last_ms if self._moment_ms is None else self._moment_ms + self._every_ms
        earliest_ms = last_ms - MOST_MOMENTS * self._every_ms
        return range(max(first_ms, earliest_ms), last_ms + 1, self._every_ms)

    def due(self, clock_ms: int, last_ms: Millis, listening_ms: int) -> list[Change]:
        """Take the numbers if it is time to, and return what changes.

        Args:
            clock_ms: What the clock of the kind shows.
            last_ms: Shape (devices,), when each was heard last.
            listening_ms: Since when the service listens; a window that began before says nothing.
        """
        moments = self.moments(clock_ms)
        changes = self._look(moments[-1], last_ms, listening_ms) if moments and self.sites else []
        return changes + self.machine.due(clock_ms)

    def _look(self, at_ms: int, last_ms: Millis, listening_ms: int) -> list[Change]:
        """Take the numbers at a moment."""
        self._moment_ms = at_ms
        sites = np.arange(len(self.sites))
        different = [
            self._number(number, aggregate, at_ms, last_ms)
            for number in self._first_like
            if (aggregate := self._rules[number].aggregate)
        ]
        self.numbers[sites] = np.column_stack(different)[:, self._like]
        signals = self.plan.values(self.numbers[sites])
        fire, clear = self.thresholds.of(sites)
        before = self.holds[sites]
        holds = signals > np.where(before, clear, fire)  # NaN: nothing heard, no alert
        holds = np.where(at_ms - self._window_ms < listening_ms, before, holds)
        holds &= self.thresholds.conditions_watched(sites)
        self.holds[sites] = holds
        truth = self.plan.truth(holds)
        when_ms = np.full(len(sites), at_ms)
        return self.machine.step(sites, when_ms, truth, self.numbers[sites])

    def _number(self, number: int, asked: Aggregate, at_ms: int, last_ms: Millis) -> Floats:
        begin_ms = at_ms - round(asked.window_s * 1000)
        taken: Bools = self._taken[: len(last_ms), number]
        if asked.function is Function.SILENT_SHARE:
            taken = taken & (last_ms != NEVER)  # met in the same frame, but later
            values = (last_ms <= begin_ms).astype(float)
        elif not asked.field:
            taken, values = taken & (last_ms > begin_ms), np.ones(len(last_ms))
        else:
            freshest = self.freshest[asked.field]
            taken = taken & (freshest.ts_ms[: len(last_ms)] > begin_ms)
            values = freshest.value[: len(last_ms)]
            if asked.where:
                values = self._fits(asked.where, values).astype(float)
        rows = np.flatnonzero(taken)
        return aggregated(asked.function, values[rows], self._site_of[rows], len(self.sites))

    def _fits(self, where: Condition, values: Floats) -> Bools:
        if where.signal is Signal.WORD:
            words = words_of(self._kind.fields[self._kind.column[where.field]])
            codes = np.nan_to_num(values).astype(np.intp)
            return truth_by_code(where, words)[codes] > 0
        fits: Bools = values * sign_of(where) > where.fire * sign_of(where)
        return fits


def _alike(rules: Sequence[Rule]) -> tuple[list[int], list[int]]:
    """Return the first rule of each number that is to be taken, and for each rule which that is.

    Rules that differ in thresholds only are about the same number, which is taken once.
    """
    first_like: dict[tuple[object, ...], int] = {}
    like = [
        first_like.setdefault(
            (rule.aggregate, rule.sites, rule.devices, rule.overrides), len(first_like)
        )
        for rule in rules
    ]
    return [like.index(place) for place in range(len(first_like))], like

"""Rules about single devices of one kind: thresholds, words, rates, registers that stand still."""

from collections.abc import Mapping, Sequence

import numpy as np

from devices.schema import Kind
from ingest.rules.arrays import Bools, Floats, Millis, Rows, grown, rounds
from ingest.rules.bands import Bands
from ingest.rules.change import Change
from ingest.rules.hearing import Hearing
from ingest.rules.machine import Machine
from ingest.rules.plan import Plan, words_of
from ingest.rules.rule import Rule, Side, Signal
from ingest.rules.samples import Samples
from ingest.rules.stillness import Stillness
from ingest.rules.thresholds import Thresholds

SampleKey = tuple[int, float]
"""Column and stretch of time."""


class DeviceRules:
    """Evaluates the rules; most readings are found to be of no interest at a glance.

    Attributes:
        plan: The conditions.
        machine: The state of the levels.
        thresholds: What is valid for each device.
        holds: Shape (devices, conditions), which conditions hold.
        samples: What rates are taken from.
        stillness: Since when fields are unchanged, by column.
    """

    def __init__(self, rules: Sequence[Rule], kind: Kind) -> None:
        words = [words_of(field) for field in kind.fields]
        self.plan = Plan(rules, words, lambda _, condition: kind.column[condition.field])
        self.machine = Machine(rules)
        self.thresholds = Thresholds(rules, self.plan)
        self.holds = np.empty((0, len(self.plan.conditions)), dtype=bool)
        self.samples = _samples(self.plan, kind)
        still = self.plan.conditions_with(Signal.UNCHANGED)
        self.stillness = {
            column: Stillness(column) for column in np.unique(self.plan.columns[still]).tolist()
        }
        self._still_s = {
            column: self.plan.fire[still[self.plan.columns[still] == column]].min()
            for column in self.stillness
        }
        self._shown = np.searchsorted(self.plan.rule_of, np.arange(len(rules)))
        self._stirred = np.empty(0, dtype=bool)  # devices with a condition that holds
        self._bands = Bands(self.plan)
        self._still = still
        self._rates = self.plan.conditions_with(Signal.RATE)
        self._rising = np.empty(0, dtype=bool)  # devices whose rate holds

    def grow(self, devices: int) -> None:
        """Make room for so many devices."""
        self.machine.grow(devices)
        self.thresholds.grow(devices)
        self.holds = grown(self.holds, devices, 0)
        self._stirred = grown(self._stirred, devices, 0)
        self._rising = grown(self._rising, devices, 0)
        self._bands.grow(devices)
        for samples in self.samples.values():
            samples.grow(devices)
        for still in self.stillness.values():
            still.grow(devices)

    def meet(self, row: int, site: str, device: str) -> None:
        """Settle which rules are about a new device."""
        self.thresholds.meet(row, site, device)

    def take(self, rows: Rows, ts_ms: Millis, readings: Floats, hearing: Hearing) -> list[Change]:
        """Take readings in time order, none older than its device's last, and hear them.

        Args:
            rows: Shape (n,), devices.
            ts_ms: Shape (n,).
            readings: Shape (n, fields).
            hearing: What was heard before; hears these.
        """
        ages = {
            column: still.ages_s(rows, ts_ms, readings) for column, still in self.stillness.items()
        }
        notable = self._notable(rows, ts_ms, readings, ages)
        if not notable.any():
            hearing.hear(rows, ts_ms, readings)
            return []
        marked = np.zeros(len(self._stirred), dtype=bool)
        marked[rows[notable]] = True
        looked_at = marked[rows]
        calm, closer = np.flatnonzero(~looked_at), np.flatnonzero(looked_at)
        hearing.hear(rows[calm], ts_ms[calm], readings[calm])
        changes: list[Change] = []
        for part in rounds(rows[closer]):
            at = closer[part]
            news = hearing.news(rows[at], ts_ms[at], readings[at])
            aged = {column: age[at] for column, age in ages.items()}
            changes += self._look(rows[at], ts_ms[at], news, aged)
            hearing.hear(rows[at], ts_ms[at], readings[at])
        return changes

    def resume(self, rows: Rows) -> None:
        """Look at the next reading of these devices whatever it says, as their state was set."""
        self._settle(rows)
        self._bands.forget(rows)

    def _settle(self, rows: Rows) -> None:
        self._stirred[rows] = self.holds[rows].any(axis=1) | self.machine.busy[rows]
        self._rising[rows] = self.holds[np.ix_(rows, self._rates)].any(axis=1)

    def _notable(
        self, rows: Rows, ts_ms: Millis, readings: Floats, ages: Mapping[int, Floats]
    ) -> Bools:
        """Return which readings could begin or end anything."""
        notable = self._stirred[rows] | self._bands.left(readings)
        for column, age in ages.items():
            notable |= age > self._still_s[column]
        some = np.flatnonzero(notable)
        notable[some] = self._changing(rows[some], readings[some], ages, some)
        for samples in self.samples.values():
            notable |= samples.notable(rows, ts_ms, readings)
        return notable

    def _changing(
        self, rows: Rows, readings: Floats, ages: Mapping[int, Floats], at: Rows
    ) -> Bools:
        """Return which readings, at some places of all, change what holds for their device."""
        changing: Bools = self.machine.busy[rows] | self._rising[rows]
        changing |= self._bands.left_own(rows, readings)
        for condition in self._still.tolist():
            age = ages[int(self.plan.columns[condition])][at]
            still = age > self.plan.fire[condition]
            changing |= (still != self.holds[rows, condition]) & ~np.isnan(age)
        return changing

    def _look(
        self, rows: Rows, ts_ms: Millis, readings: Floats, ages: Mapping[int, Floats]
    ) -> list[Change]:
        """Evaluate every condition for readings of different devices."""
        signals = self.plan.values(readings)
        shown = readings[:, self.plan.columns[self._shown]]
        self._add_rates(signals, shown, rows, ts_ms, readings)
        for condition in self._still:
            signals[:, condition] = ages[int(self.plan.columns[condition])]
        fire, clear = self.thresholds.of(rows)
        before = self.holds[rows]
        holds = signals > np.where(before, clear, fire)
        holds = np.where(np.isnan(signals), before, holds)
        asked = self.thresholds.conditions_watched(rows)
        holds &= asked
        self.holds[rows] = holds
        self._bands.set_own(rows, readings, holds=holds, asked=asked, fire=fire, clear=clear)
        truth = self.plan.truth(holds)
        live = np.flatnonzero(truth.any(axis=1) | self.machine.busy[rows])
        step = self.machine.step
        changes = step(rows[live], ts_ms[live], truth[live], shown[live]) if len(live) else []
        self._settle(rows)
        return changes

    def _add_rates(
        self, signals: Floats, shown: Floats, rows: Rows, ts_ms: Millis, readings: Floats
    ) -> None:
        """Put changes over time where conditions and rules want them."""
        if not self.samples:
            return
        rates = {
            key: samples.changes(rows, ts_ms, readings) for key, samples in self.samples.items()
        }
        for number in self._rates.tolist():
            column = int(self.plan.columns[number])
            rate = rates[column, self.plan.conditions[number].over_s]
            # A change that is not known cannot be too large; an absent field says nothing.
            unknown = np.isnan(rate) & ~np.isnan(readings[:, column])
            signals[:, number] = np.where(unknown, -np.inf, rate * self.plan.sign[number])
            shown[:, self._shown == number] = rate[:, None]


def _samples(plan: Plan, kind: Kind) -> dict[SampleKey, Samples]:
    """Return what the rates need, each once, with the least changes that could matter."""
    bounds: dict[SampleKey, tuple[float, float]] = {}
    for number in plan.conditions_with(Signal.RATE).tolist():
        condition = plan.conditions[number]
        key = int(plan.columns[number]), condition.over_s
        rise, fall = bounds.get(key, (np.inf, -np.inf))
        fires = [condition.fire, *plan.overriding(number)]
        if condition.side is Side.ABOVE:
            rise = min(rise, *fires)
        else:
            fall = max(fall, *fires)
        bounds[key] = rise, fall
    return {
        (column, over_s): Samples(column, over_s, kind.fields[column].modulus, rise, fall)
        for (column, over_s), (rise, fall) in bounds.items()
    }

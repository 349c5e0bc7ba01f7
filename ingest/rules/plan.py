"""The conditions of many rules as arrays: one column a condition, compared all at once.

Every condition is turned so that it holds *above* its threshold: values that must be low are
negated, words become 0 and 1, a duration of silence of a register becomes seconds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from devices.schema import Field, FieldType
from ingest.rules.arrays import Bools, Floats, Rows
from ingest.rules.rule import Condition, Rule, Side, Signal

BOOLEANS = ("false", "true")


@dataclass(frozen=True, slots=True)
class Wording:
    """The codes for which a condition about a state or boolean holds."""

    condition: int
    column: int
    holds: Floats  # by code: 0 or 1


class Plan:
    """The conditions of the rules of one kind, or of the aggregates over it.

    Args:
        rules: Rules with conditions.
        words: Of each column of the readings, its words, if it has any.
        column_of: Returns the column that a condition compares, by its rule's number.

    Attributes:
        conditions: All of them, level by level and rule by rule.
        rule_of: Shape (conditions,), the rule each belongs to.
        columns: Shape (conditions,), the column of the field.
        sign: 1 where a condition holds above its threshold, -1 where below.
        fire: Shape (conditions,), begins to hold where signal > this.
        clear: Shape (conditions,), goes on holding where signal > this.
        low: Shape (columns,), no condition on a column begins to hold between this …
        high: … and this, inclusive, whatever the overrides.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        words: Sequence[tuple[str, ...]],
        column_of: Callable[[int, Condition], int],
    ) -> None:
        self._rules = rules
        levels = [(number, level) for number, rule in enumerate(rules) for level in rule.levels]
        owned = [(number, each) for number, level in levels for each in level.conditions]
        self.conditions = tuple(condition for _, condition in owned)
        self.rule_of = np.array([number for number, _ in owned], dtype=np.intp)
        self.columns = np.array([column_of(*each) for each in owned], dtype=np.intp)
        self.sign = np.array([sign_of(each) for each in self.conditions], dtype=float)
        thresholds = [thresholds_of(each) for each in self.conditions]
        self.fire = np.array([fire for fire, _ in thresholds], dtype=float)
        self.clear = np.array([clear for _, clear in thresholds], dtype=float)
        self.words = [
            Wording(number, column, truth_by_code(each, words[column]))
            for number, (column, each) in enumerate(
                zip(self.columns.tolist(), self.conditions, strict=True)
            )
            if each.signal is Signal.WORD
        ]
        sizes = [len(level.conditions) for _, level in levels]
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        self._every = np.array([level.every for _, level in levels], dtype=bool)
        self._simple = all(size == 1 for size in sizes)
        self.low, self.high = self._calm(len(words))

    def values(self, readings: Floats) -> Floats:
        """Return the signals of conditions on values and words; the others have the bare value.

        Args:
            readings: Shape (n, columns), NaN where a field is absent.

        Returns:
            Shape (n, conditions), NaN where nothing is said.
        """
        signals: Floats = readings[:, self.columns] * self.sign
        for wording in self.words:
            codes = readings[:, wording.column]
            known = ~np.isnan(codes)
            signals[known, wording.condition] = wording.holds[codes[known].astype(np.intp)]
        return signals

    def truth(self, holds: Bools) -> Bools:
        """Return which levels hold, shape (n, levels), by which conditions hold."""
        if self._simple:
            return holds
        every = np.logical_and.reduceat(holds, self._starts, axis=1)
        some = np.logical_or.reduceat(holds, self._starts, axis=1)
        return np.where(self._every, every, some)

    def conditions_with(self, signal: Signal) -> Rows:
        """Return which conditions compare this."""
        return np.flatnonzero([condition.signal is signal for condition in self.conditions])

    def overriding(self, number: int) -> list[float]:
        """Return the thresholds that a condition has for some devices."""
        side = self.conditions[number].side
        overrides = self._rules[self.rule_of[number]].overrides
        return [each.fire for each in overrides if each.fire is not None and each.side is side]

    def _calm(self, width: int) -> tuple[Floats, Floats]:
        low, high = np.full(width, -np.inf), np.full(width, np.inf)
        for number, condition in enumerate(self.conditions):
            column = self.columns[number]
            if condition.signal is Signal.VALUE:
                fires = [condition.fire, *self.overriding(number)]
                if condition.side is Side.ABOVE:
                    high[column] = min(high[column], *fires)
                else:
                    low[column] = max(low[column], *fires)
        for wording in self.words:
            calm = _longest_calm(wording.holds)
            low[wording.column] = max(low[wording.column], calm[0])
            high[wording.column] = min(high[wording.column], calm[1])
        return low, high


def sign_of(condition: Condition) -> int:
    """Return what turns the condition's side up."""
    return 1 if condition.side is Side.ABOVE else -1


def thresholds_of(condition: Condition) -> tuple[float, float]:
    """Return beyond which signal a condition begins, and beyond which it goes on."""
    fire = condition.fire * sign_of(condition)
    if condition.signal is Signal.UNCHANGED:
        fire = float(np.nextafter(fire, -np.inf))  # for as long as that, not longer
        return fire, fire
    return fire, clear_of(condition.fire, condition.clear, sign_of(condition))


def clear_of(fire: float, clear: float, sign: int) -> float:
    """Return beyond which signal a condition goes on: at `clear` itself it still does."""
    return fire * sign if clear == fire else float(np.nextafter(clear * sign, -np.inf))


def words_of(field: Field) -> tuple[str, ...]:
    """Return what a state or boolean can be, by code; nothing for a number."""
    return BOOLEANS if field.type is FieldType.BOOLEAN else field.states


def truth_by_code(condition: Condition, words: Sequence[str]) -> Floats:
    """Return 1 for each code whose word a condition is about, 0 for the others."""
    return np.array([float(word in condition.words) for word in words])


def _longest_calm(holds: Floats) -> tuple[float, float]:
    """Return the first and last code of the longest run of codes without alarm."""
    best = (0.0, -1.0)
    start = 0
    for code in range(len(holds) + 1):
        if code == len(holds) or holds[code]:
            if code - start > best[1] - best[0] + 1:
                best = (float(start), float(code - 1))
            start = code + 1
    return best

"""Which thresholds are valid for a device: the rule's, or those of an override that fits it."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

import numpy as np

from ingest.rules.arrays import Bools, Floats, Rows, grown
from ingest.rules.plan import Plan, clear_of, sign_of
from ingest.rules.rule import Override, Rule, Signal

COMPARED = frozenset({Signal.VALUE, Signal.RATE})


def fits(sites: Sequence[str], devices: Sequence[str], site: str, device: str) -> bool:
    """Tell whether globs of sites and of devices, empty for all, fit a device."""
    return _any_fits(sites, site) and _any_fits(devices, device)


def _any_fits(globs: Sequence[str], name: str) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)


def fitting(rule: Rule, site: str, device: str) -> list[Override]:
    """Return the overrides of a rule that fit a device, the last one counting most."""
    return [each for each in rule.overrides if fits(each.sites, each.devices, site, device)]


def watches(rule: Rule, site: str, device: str) -> bool:
    """Tell whether a rule is about a device at all."""
    enabled = [each.enabled for each in fitting(rule, site, device)]
    return fits(rule.sites, rule.devices, site, device) and (not enabled or enabled[-1])


def is_limited(rule: Rule) -> bool:
    """Tell whether a rule is not the same for all devices of its kind."""
    return bool(rule.sites or rule.devices or rule.overrides)


class Thresholds:
    """The thresholds of all conditions for each subject, and which rules watch it.

    Attributes:
        watched: Shape (subjects, rules).
        first_condition: Where the conditions of a level begin, by number of the rule and place.
    """

    def __init__(self, rules: Sequence[Rule], plan: Plan) -> None:
        self._rules = rules
        self._plan = plan
        self._variants = {(plan.fire.tobytes(), plan.clear.tobytes()): 0}
        self._fire, self._clear = plan.fire[None], plan.clear[None]
        self._variant = np.empty(0, dtype=np.intp)
        self.watched = np.empty((0, len(rules)), dtype=bool)
        self._limited = any(map(is_limited, rules))
        self.first_condition: dict[tuple[int, int], int] = {}
        begin = 0
        for number, rule in enumerate(rules):
            for place, level in enumerate(rule.levels):
                self.first_condition[number, place] = begin
                begin += len(level.conditions)

    def grow(self, subjects: int) -> None:
        """Make room for so many subjects."""
        self._variant = grown(self._variant, subjects, 0)
        self.watched = grown(self.watched, subjects, 1)

    def meet(self, subject: int, site: str, device: str) -> None:
        """Settle what is valid for a new subject."""
        if not self._limited:
            return
        self.watched[subject] = [watches(rule, site, device) for rule in self._rules]
        fire, clear = self._plan.fire.copy(), self._plan.clear.copy()
        for number, rule in enumerate(self._rules):
            for override in fitting(rule, site, device):
                self._replace(number, override, fire, clear)
        key = fire.tobytes(), clear.tobytes()
        if key not in self._variants:
            self._fire, self._clear = np.vstack([self._fire, fire]), np.vstack([self._clear, clear])
        self._variant[subject] = self._variants.setdefault(key, len(self._variants))

    def of(self, subjects: Rows) -> tuple[Floats, Floats]:
        """Return where conditions begin and go on, each of shape (n or 1, conditions)."""
        if len(self._variants) == 1:
            return self._fire, self._clear
        variant = self._variant[subjects]
        return self._fire[variant], self._clear[variant]

    def limit(self, subject: int, number: int, place: int) -> float:
        """Return the threshold of a level's first condition, in its field's unit."""
        at = self.first_condition[number, place]
        return float(self._fire[self._variant[subject], at] * self._plan.sign[at])

    def conditions_watched(self, subjects: Rows) -> Bools:
        """Return which conditions are asked of each subject, shape (n, conditions)."""
        watched: Bools = self.watched[subjects][:, self._plan.rule_of]
        return watched

    def _replace(self, number: int, override: Override, fire: Floats, clear: Floats) -> None:
        if override.fire is None:
            return
        for rung, level in enumerate(self._rules[number].levels):
            first = self.first_condition[number, rung]
            for place, condition in enumerate(level.conditions, start=first):
                wanted = override.severity in {None, level.severity}
                if wanted and condition.side is override.side and condition.signal in COMPARED:
                    sign = sign_of(condition)
                    fire[place] = override.fire * sign
                    given = override.clear
                    if given is None:  # as far from the threshold as it was
                        given = override.fire + condition.clear - condition.fire
                    clear[place] = clear_of(override.fire, given, sign)

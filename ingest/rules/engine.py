"""The rules' engine: every rule of every kind, fed with frames."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType

from devices.schema import Kind
from ingest.core.frame import Frame
from ingest.rules.alert import Alert
from ingest.rules.explaining import explained
from ingest.rules.explanation import Explanation
from ingest.rules.kind_rules import KindRules
from ingest.rules.rule import Rule
from ingest.rules.snapshot import dumped, loaded


class Engine:
    """Evaluates rules; see `ingest.rules.evaluator.Evaluator`.

    Args:
        rules: Names are unique, kinds and fields exist, as `ingest.rules.files` reads them.
        kinds: The kinds they are about, by name.
    """

    def __init__(self, rules: Iterable[Rule], kinds: Mapping[str, Kind]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        ordered = sorted(self._rules.values(), key=attrgetter("kind"))
        self._kinds = {
            name: KindRules(tuple(group), kinds[name])
            for name, group in groupby(ordered, attrgetter("kind"))
        }

    @property
    def rules(self) -> Mapping[str, Rule]:
        """See `Evaluator`."""
        return MappingProxyType(self._rules)

    def take(self, frames: Sequence[Frame], now_ms: int) -> tuple[Alert, ...]:
        """See `Evaluator`."""
        alerts: list[Alert] = []
        heard = {frame.kind.name for frame in frames}
        for frame in frames:
            if rules := self._kinds.get(frame.kind.name):
                alerts += rules.take(frame, now_ms)
        for name, rules in self._kinds.items():
            if name not in heard:
                alerts += rules.advance(now_ms)
        return tuple(alerts)

    def advance(self, now_ms: int) -> tuple[Alert, ...]:
        """See `Evaluator`."""
        return tuple(alert for rules in self._kinds.values() for alert in rules.advance(now_ms))

    def active(self) -> tuple[Alert, ...]:
        """See `Evaluator`."""
        return tuple(alert for rules in self._kinds.values() for alert in rules.active())

    def snapshot(self) -> bytes:
        """See `Evaluator`."""
        return dumped(self._kinds)

    def restore(self, snapshot: bytes) -> None:
        """See `Evaluator`."""
        loaded(snapshot, self._kinds)

    def explain(self, rule: str, site: str, device: str = "") -> Explanation:
        """See `Evaluator`."""
        if rule not in self._rules:
            near = get_close_matches(rule, self._rules, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise LookupError(f"no rule {rule!r}: {hint}`snowgrid rules` lists them")
        wanted = self._rules[rule]
        return explained(self._kinds[wanted.kind], wanted, site, device)

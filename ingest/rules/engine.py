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
from ingest.rules.succession import succeeding


class Engine:
    """Evaluates rules; see `ingest.rules.evaluator.Evaluator`.

    Args:
        rules: Names are unique, kinds and fields exist, as `ingest.rules.files` reads them.
        kinds: The kinds they are about, by name.
    """

    def __init__(self, rules: Iterable[Rule], kinds: Mapping[str, Kind]) -> None:
        self._rules: dict[str, Rule] = {}
        self._schemas = kinds
        self._kinds: dict[str, KindRules] = {}
        self.adopt(rules)

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

    def adopt(self, rules: Iterable[Rule]) -> None:
        """See `Evaluator`."""
        by_name = {rule.name: rule for rule in rules}
        ordered = sorted(by_name.values(), key=attrgetter("kind"))
        self._kinds = {
            name: self._watching(name, tuple(group))
            for name, group in groupby(ordered, attrgetter("kind"))
        }
        self._rules.clear()  # and filled again: others look at this very mapping
        self._rules.update(by_name)

    def _watching(self, kind: str, rules: tuple[Rule, ...]) -> KindRules:
        before = self._kinds.get(kind)
        if before is None:
            return KindRules(rules, self._schemas[kind])
        return before if before.rules == rules else succeeding(rules, before)

    def explain(self, rule: str, site: str, device: str = "") -> Explanation:
        """See `Evaluator`."""
        if rule not in self._rules:
            near = get_close_matches(rule, self._rules, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise LookupError(f"no rule {rule!r}: {hint}`snowgrid rules` lists them")
        wanted = self._rules[rule]
        return explained(self._kinds[wanted.kind], wanted, site, device)

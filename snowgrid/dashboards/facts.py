"""What boards are built from: the kinds, and the limits of the rules that fire."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from dashboards.facts import Facts
from dashboards.model.look import Threshold
from devices.schema import Kind
from ingest.rules.rule import Condition, Level, Rule, Side, Signal

BECAUSE = "because"
"""Annotation of a rule that says whose limit it is."""

HALF_A_DAY_S = 12 * 3600.0


def facts_of(kinds: Mapping[str, Kind], rules: Iterable[Rule]) -> Facts:
    """Return the kinds with the limits that rules draw on their panels.

    Only rules about all devices of a kind have a line: one for some devices would be wrong on the
    panels of all others. Neither have numbers over a site, rates, states and silence.
    """
    drawn: dict[tuple[str, str], dict[Threshold, None]] = defaultdict(dict)
    for rule in rules:
        if rule.aggregate or rule.sites or rule.devices:
            continue
        for field, threshold in _thresholds(rule, kinds[rule.kind]):
            drawn[rule.kind, field][threshold] = None
    return Facts(kinds=kinds, thresholds={key: tuple(each) for key, each in drawn.items()})


def _thresholds(rule: Rule, kind: Kind) -> Iterator[tuple[str, Threshold]]:
    for level in rule.levels:
        for condition in _alone(level):
            if not _is_about_endurance(level, condition, kind):
                yield condition.field, _threshold(rule, level, condition)


def _threshold(rule: Rule, level: Level, condition: Condition) -> Threshold:
    return Threshold(
        value=condition.fire,
        severity=level.severity,
        below=condition.side is Side.BELOW,
        reason=rule.annotations.get(BECAUSE, f"rule {rule.name}"),
    )


def _alone(level: Level) -> Iterator[Condition]:
    """Yield the conditions any of which is enough; those that need company draw no line."""
    if len(level.conditions) > 1 and level.every:
        return
    for condition in level.conditions:
        if condition.signal is Signal.VALUE:
            yield condition


def _is_about_endurance(level: Level, condition: Condition, kind: Kind) -> bool:
    """Tell whether a value is ordinary, and only bad because it lasts.

    Gas that never stops flowing for a day is a leak, however little: a line at that little would
    call every warm room an alarm.
    """
    typical = kind.fields[kind.column[condition.field]].typical
    return (
        level.for_s > HALF_A_DAY_S
        and typical is not None
        and typical[0] < condition.fire < typical[1]
    )

"""Brings the rules of several files together: who replaces whom, and which overrides are whose."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from devices.fleets.values import among
from ingest.rules.reading import PlacedOverride, PlacedRule, RuleFile, RulesWrong
from ingest.rules.rule import Rule
from ingest.rules.thresholds import COMPARED


def merged(layers: Sequence[Sequence[RuleFile]], *, all_layers: bool = True) -> tuple[Rule, ...]:
    """Return the rules that count, each with its overrides.

    A rule replaces one of the same name, or those that it names, in an earlier layer. An
    override without sites and devices that says `enabled: false` takes a rule away.

    Args:
        layers: What comes along first, what the operator wrote last; of each, its files.
        all_layers: Whether rules of all layers are returned, or only those of the last.

    Raises:
        RulesWrong: Two rules of a layer have one name, or a rule is named that there is not.
    """
    wrong: list[str] = []
    rules: dict[str, Rule] = {}
    seen: set[str] = set()
    own: set[str] = set()
    for layer in layers:
        placed = [each for file in layer for each in file.rules]
        wrong.extend(_twice(placed))
        for each in placed:
            wrong.extend(_unknown(each, seen))
            for name in each.replaces:
                rules.pop(name, None)
        rules |= {each.rule.name: each.rule for each in placed}
        own = {each.rule.name for each in placed}
        seen |= own
    for override in (each for layer in layers for file in layer for each in file.overrides):
        problem = _misplaced(override, rules)
        if problem:
            wrong.append(problem)
        else:
            rules[override.rule] = _overridden(rules[override.rule], override)
    if wrong:
        raise RulesWrong("\n".join(wrong))
    wanted = rules.keys() if all_layers else own
    return tuple(rule for name, rule in rules.items() if name in wanted and _is_watching(rule))


def _twice(placed: Iterable[PlacedRule]) -> Iterable[str]:
    first: dict[str, PlacedRule] = {}
    for each in placed:
        before = first.setdefault(each.rule.name, each)
        if before is not each:
            problem = f"stands already in {before.rule.origin}; give one of the two another name"
            yield each.source.complaint((*each.path, "name"), problem)


def _unknown(placed: PlacedRule, seen: Collection[str]) -> Iterable[str]:
    for at, name in enumerate(placed.replaces):
        if name not in seen:
            problem = f"no rule {name!r} comes along: {among(name, sorted(seen))}"
            yield placed.source.complaint((*placed.path, "replaces", at), problem)


def _misplaced(placed: PlacedOverride, rules: dict[str, Rule]) -> str:
    """Return what is wrong with an override, seen with the rule that it is for."""
    override = placed.override
    if placed.rule not in rules:
        problem = f"no rule {placed.rule!r}: {among(placed.rule, rules)}"
        return placed.source.complaint((*placed.path, "rule"), problem)
    if override.fire is None:
        return ""
    rule = rules[placed.rule]
    levels = [each for each in rule.levels if override.severity in {None, each.severity}]
    fitting = [
        condition
        for level in levels
        for condition in level.conditions
        if condition.side is override.side and condition.signal in COMPARED
    ]
    if len(fitting) == 1:
        return ""
    if not fitting:
        problem = f"{rule.name} compares nothing by {override.side.value}"
        return placed.source.complaint((*placed.path, override.side.value), problem)
    if len(levels) > 1:
        known = ", ".join(level.severity for level in rule.levels)
        problem = f"missing; want the level that is meant: {known}"
        return placed.source.complaint((*placed.path, "severity"), problem)
    problem = f"{rule.name} compares several fields by it; write a rule of its own instead"
    return placed.source.complaint((*placed.path, override.side.value), problem)


def _overridden(rule: Rule, placed: PlacedOverride) -> Rule:
    return replace(rule, overrides=(*rule.overrides, placed.override))


def _is_watching(rule: Rule) -> bool:
    for override in reversed(rule.overrides):
        if not override.sites and not override.devices:
            return override.enabled
    return True

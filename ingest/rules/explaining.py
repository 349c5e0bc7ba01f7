"""Says why a rule fires for a device, or why it does not, from what the engine remembers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.rules.arrays import NEVER
from ingest.rules.device_rules import DeviceRules
from ingest.rules.durations import duration
from ingest.rules.explanation import ConditionExplained, Explanation, LevelExplained, Standing
from ingest.rules.kind_rules import KindRules
from ingest.rules.machine import Machine
from ingest.rules.plan import sign_of
from ingest.rules.rule import Condition, Level, Rule, Signal
from ingest.rules.site_rules import SiteRules
from ingest.rules.thresholds import watches
from ingest.rules.wording import aggregate_text, number, shown, threshold_text, unit_of


def explained(rules: KindRules, rule: Rule, site: str, device: str) -> Explanation:
    """Explain one rule about one device, or about a whole site.

    Args:
        rules: All that is known of the kind.
        rule: One of its rules.
        site: Where.
        device: Which; not looked at by a rule about a whole site.
    """
    device = "" if rule.aggregate else device
    about = Explanation(
        rule=rule.name,
        origin=rule.origin,
        site=site,
        device=device,
        standing=Standing.OUT_OF_SCOPE,
        because=_scope(rule),
        clock_ms=rules.clock_ms,
    )
    if not watches(replace(rule, devices=()) if rule.aggregate else rule, site, device):
        return about
    row = rules.sites.find(site) if rules.sites and rule.aggregate else None
    row = row if rule.aggregate else rules.roster.find(site, device)
    if row is None:
        what = f"{rules.kind.name} {device}".strip()
        because = f"nothing was heard of any {what} at {site}"
        return replace(about, standing=Standing.UNKNOWN, because=because)
    levels = _levels(rules, rule, row)
    standing, because = _verdict(rule, levels)
    heard_ms = None if rule.aggregate else int(rules.hearing.last_ms[row])
    return replace(about, standing=standing, because=because, heard_ms=heard_ms, levels=levels)


def _scope(rule: Rule) -> str:
    scope = [f"{what} {', '.join(globs)}" for what, globs in _globs(rule) if globs]
    return f"the rule watches {' and '.join(scope) or 'all, but an override takes this out'}"


def _globs(rule: Rule) -> tuple[tuple[str, Sequence[str]], ...]:
    return ("sites", rule.sites), ("devices", rule.devices)


def _levels(rules: KindRules, rule: Rule, row: int) -> tuple[LevelExplained, ...]:
    for part in (rules.devices, rules.sites):
        if part and rule in part.machine.rules:
            places = range(len(rule.levels))
            asked = [tuple(_conditions(rules, part, rule, place, row)) for place in places]
            return _standing(part.machine, rule, row, asked)
    if not rules.silence:
        return ()
    asked = [(_heard(rules, level, row),) for level in rule.levels]
    return _standing(rules.silence.machine, rule, row, asked)


def _standing(
    machine: Machine,
    rule: Rule,
    row: int,
    asked: Sequence[tuple[ConditionExplained, ...]],
) -> tuple[LevelExplained, ...]:
    checks = np.flatnonzero(machine.rule_of == machine.rules.index(rule)).tolist()
    until = machine.until_ms(row)
    explained = []
    for check, level, conditions in zip(checks, rule.levels, asked, strict=True):
        since, firing = int(machine.since_ms[row, check]), int(machine.firing_ms[row, check])
        pending = Standing.OK if since == NEVER else Standing.PENDING
        explained.append(
            LevelExplained(
                severity=level.severity,
                conditions=conditions,
                every=level.every,
                for_s=level.for_s,
                standing=pending if firing == NEVER else Standing.FIRING,
                since_ms=None if since == NEVER else since,
                firing_ms=None if firing == NEVER else firing,
                until_ms=until[check],
            )
        )
    return tuple(explained)


def _conditions(
    rules: KindRules, part: DeviceRules | SiteRules, rule: Rule, place: int, row: int
) -> list[ConditionExplained]:
    first = part.thresholds.first_condition[part.machine.rules.index(rule), place]
    fires, clears = part.thresholds.of(np.array([row]))
    explained = []
    for at, condition in enumerate(rule.levels[place].conditions, start=first):
        fire, clear = _in_unit(condition, float(fires[0, at]), float(clears[0, at]))
        asked = threshold_text(condition, fire, clear, _unit(rules, rule, condition))
        what = aggregate_text(rule.aggregate) if rule.aggregate else condition.field
        explained.append(
            ConditionExplained(
                text=f"{what} {asked}",
                value=_seen(rules, part, rule, condition, row),
                holds=bool(part.holds[row, at]),
            )
        )
    return explained


def _in_unit(condition: Condition, fire: float, clear: float) -> tuple[float, float]:
    """Turn thresholds of the plan back into those that a person wrote."""
    if condition.signal in {Signal.WORD, Signal.UNCHANGED}:
        return condition.fire, condition.fire
    sign = sign_of(condition)
    back = clear if clear == fire else float(np.nextafter(clear, np.inf))
    return fire * sign, back * sign


def _unit(rules: KindRules, rule: Rule, condition: Condition) -> str:
    if rule.aggregate:
        return unit_of(rules.kind, rule)
    return rules.kind.fields[rules.kind.column[condition.field]].unit


def _seen(
    rules: KindRules,
    part: DeviceRules | SiteRules,
    rule: Rule,
    condition: Condition,
    row: int,
) -> str:
    if isinstance(part, SiteRules):
        value = float(part.numbers[row, part.machine.rules.index(rule)])
        unit = unit_of(rules.kind, rule)
        return "" if np.isnan(value) else f"{number(value)} {unit}".rstrip()
    column = rules.kind.column[condition.field]
    value = float(rules.hearing.last[row, column])
    text = "" if np.isnan(value) else shown(rules.kind.fields[column], value)
    if condition.signal is Signal.RATE:
        change = part.samples[column, condition.over_s].latest_change(row)
        text += "" if np.isnan(change) else f", changed by {number(change)}"
    if condition.signal is Signal.UNCHANGED and text:
        still_s = part.stillness[column].latest_age_s(row, int(rules.hearing.last_ms[row]))
        text += f" for {duration(still_s)}"
    return text


def _heard(rules: KindRules, level: Level, row: int) -> ConditionExplained:
    heard_ms = int(rules.hearing.last_ms[row])
    silent_s = ((rules.clock_ms or heard_ms) - heard_ms) / 1000
    return ConditionExplained(
        text=f"nothing heard for {duration(level.for_s)}",
        value=f"heard {duration(max(0.0, silent_s))} ago",
        holds=silent_s >= level.for_s,
    )


def _verdict(rule: Rule, levels: Sequence[LevelExplained]) -> tuple[Standing, str]:
    """Return the answer of the highest level that has one to give."""
    for standing in (Standing.FIRING, Standing.PENDING):
        for level in reversed(levels):
            if level.standing is standing:
                return standing, _reason(rule, level)
    return Standing.OK, f"{_asked(levels[0])} does not hold"


def _reason(rule: Rule, level: LevelExplained) -> str:
    asked = _asked(level)
    if level.standing is Standing.PENDING:
        return f"{asked} holds, but not yet for {duration(level.for_s)}"
    if level.since_ms is not None:
        long = level.for_s and not rule.silence
        return f"{asked} holds" + (f" for {duration(level.for_s)}" if long else "")
    if rule.keep_firing_s:
        return f"{asked} holds no more, but it is kept firing for {duration(rule.keep_firing_s)}"
    return f"{asked} holds no more, but it came and went too often; held until it is quiet"


def _asked(level: LevelExplained) -> str:
    return (" and " if level.every else " or ").join(each.text for each in level.conditions)

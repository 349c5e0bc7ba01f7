"""Turns an alert rule into rules of Grafana's, one a level, and says what is lost on the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from devices.schema import FieldType, Kind
from ingest.rules.durations import duration
from ingest.rules.rule import Aggregate, Condition, Function, Level, Rule, Side, Signal
from snowgrid.deployment.grafana_rules.asking import Asking
from snowgrid.deployment.grafana_rules.nodes import Comparison, Node, Steps
from snowgrid.deployment.grafana_rules.texts import summary_of

EVERY_S = 60
"""How often Grafana evaluates."""

LEAST_BACK_S = 300.0
INTERVALS_BACK = 3
KNOWN_S = 86_400.0
"""A device that was heard within this time is expected to be heard."""

WORDS = {FieldType.STATE, FieldType.BOOLEAN}
NOTHING = 1e-9
QUIET = 0.25  # the mean of two counts is 0, or at least a half


@dataclass(frozen=True, slots=True, kw_only=True)
class GrafanaRule:
    """A rule of Grafana's.

    Attributes:
        uid: Stable, and unique among all.
        title: The rule's own name, so that Alertmanager knows both for the same.
        severity: Of the level.
        kind: Name of the kind.
        condition: Letter of the step that decides.
        nodes: The steps.
        for_s: How long it must hold.
        keep_firing_s: How long it goes on firing afterwards.
        labels: Beside those of the series.
        annotations: Texts.
    """

    uid: str
    title: str
    severity: str
    kind: str
    condition: str
    nodes: list[Node]
    for_s: int
    keep_firing_s: int
    labels: Mapping[str, str]
    annotations: Mapping[str, str]


@dataclass(slots=True)
class Exported:
    """Rules, and what of them Grafana cannot express.

    Attributes:
        rules: In the order of the rules they come from.
        losses: A sentence each, beginning with the rule's name.
    """

    rules: list[GrafanaRule] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)


class Decided(NamedTuple):
    """The steps that matter: letters."""

    value: str
    condition: str


def export(rule: Rule, kind: Kind, exported: Exported) -> None:
    """Add a rule's levels to what is exported."""
    for number, level in enumerate(rule.levels):
        lost: list[str] = []
        steps = Steps()
        decided = _level(rule, level, kind, steps, lost)
        if decided:
            made = _made(rule, number, kind, steps, decided, lost)
            exported.rules.append(made)
        exported.losses += [f"{rule.name} ({level.severity}): {each}" for each in lost]
    if rule.overrides:
        exported.losses.append(
            f"{rule.name}: the sites and devices of its overrides are not watched by Grafana at all"
        )


def _made(  # noqa: PLR0913, PLR0917 - what a rule is made from
    rule: Rule, number: int, kind: Kind, steps: Steps, decided: Decided, lost: list[str]
) -> GrafanaRule:
    level = rule.levels[number]
    own = {"severity": level.severity.value, "kind": kind.name, "evaluated_by": "grafana"}
    return GrafanaRule(
        uid=f"snowgrid-{blake2b(f'{rule.name} {number}'.encode(), digest_size=8).hexdigest()}",
        title=_title(rule, number, lost),
        severity=level.severity.value,
        kind=kind.name,
        condition=decided.condition,
        nodes=steps.nodes,
        for_s=_for_s(rule, level, lost),
        keep_firing_s=round(rule.keep_firing_s),
        labels={**rule.labels, **own},
        annotations={**rule.annotations, "summary": summary_of(kind, rule, level, decided.value)},
    )


def _title(rule: Rule, number: int, lost: list[str]) -> str:
    """Return the rule's name; titles are unique in a folder, and a severity has one."""
    if rule.levels[number].severity not in {each.severity for each in rule.levels[:number]}:
        return rule.name
    lost.append(f"the second level of one severity is called {rule.name}-{number + 1}")
    return f"{rule.name}-{number + 1}"


def _for_s(rule: Rule, level: Level, lost: list[str]) -> int:
    if rule.silence:
        return 0  # it is in the question
    if 0 < level.for_s < EVERY_S:
        lost.append(f"for {duration(level.for_s)} becomes {duration(EVERY_S)}")
        return EVERY_S
    return round(level.for_s)


def _level(rule: Rule, level: Level, kind: Kind, steps: Steps, lost: list[str]) -> Decided | None:
    """Add the steps of a level, if Grafana can take them."""
    asking = Asking(rule, kind)
    if rule.silence:
        value = steps.last(steps.query(asking.heard(level.for_s), max(KNOWN_S, 4 * level.for_s)))
        return Decided(value, steps.threshold(value, "lt", QUIET))
    if rule.aggregate:
        value = _number(rule.aggregate, asking, steps, lost)
        return Decided(value, _compared(level.conditions[0], value, steps))
    if any(_is_still_word(each, kind) for each in level.conditions):
        lost.append("NOT EXPORTED: InfluxQL cannot tell since when a word has not changed")
        return None
    return _device_level(level, kind, asking, steps, lost)


def _is_still_word(condition: Condition, kind: Kind) -> bool:
    field = kind.fields[kind.column[condition.field]]
    return condition.signal is Signal.UNCHANGED and field.type in WORDS


def _device_level(
    level: Level, kind: Kind, asking: Asking, steps: Steps, lost: list[str]
) -> Decided:
    values = [steps.last(_asked(each, kind, asking, steps)) for each in level.conditions]
    if len(values) == 1:
        return Decided(values[0], _compared(level.conditions[0], values[0], steps))
    compared = [
        steps.threshold(value, *_sides(each))
        for each, value in zip(level.conditions, values, strict=True)
    ]
    if any(each.clear != each.fire and each.signal is Signal.VALUE for each in level.conditions):
        lost.append("several conditions: each clears where it fires, without hysteresis")
    if not level.every:
        lost.append("any of several: a device that does not send all the fields is not watched")
    sign = " && " if level.every else " || "
    return Decided(values[0], steps.math(sign.join(f"${letter}" for letter in compared)))


def _asked(condition: Condition, kind: Kind, asking: Asking, steps: Steps) -> str:
    match condition.signal:
        case Signal.VALUE:
            back_s = max(LEAST_BACK_S, INTERVALS_BACK * kind.interval_s)
            return steps.query(asking.latest(condition.field), back_s)
        case Signal.WORD:
            back_s = max(LEAST_BACK_S, INTERVALS_BACK * kind.interval_s)
            return steps.query(asking.in_state(condition), back_s)
        case Signal.RATE:
            return steps.query(asking.change(condition.field), condition.over_s)
        case Signal.UNCHANGED:
            return steps.query(asking.spread(condition.field), condition.fire)


def _number(aggregate: Aggregate, asking: Asking, steps: Steps, lost: list[str]) -> str:
    """Add the steps of a number over a site; return its letter."""
    window_s = aggregate.window_s
    where = aggregate.where
    if where and where.clear != where.fire:
        lost.append("which devices count: without hysteresis")
    part = steps.last(steps.query(asking.aggregate(aggregate, where), window_s))
    match aggregate.function:
        case Function.SHARE:
            whole = steps.last(steps.query(asking.aggregate(aggregate), window_s))
            return steps.math(f"${part} / ${whole}")
        case Function.SILENT_SHARE:
            lost.append("a site of which nothing at all is heard is not seen")
            whole = steps.last(steps.query(asking.aggregate(aggregate), KNOWN_S))
            return steps.math(f"1 - ${part} / ${whole}")
        case _:
            return part


def _compared(condition: Condition, value: str, steps: Steps) -> str:
    comparison, fire = _sides(condition)
    hysteresis = condition.clear != condition.fire and condition.signal is not Signal.WORD
    clear = condition.clear if hysteresis and condition.signal is not Signal.UNCHANGED else None
    return steps.threshold(value, comparison, fire, clear)


def _sides(condition: Condition) -> tuple[Comparison, float]:
    """Return how a step's number is compared, and with what."""
    match condition.signal:
        case Signal.WORD:
            return "gt", 0.0  # how often its latest word is one of them: once, or there is none
        case Signal.UNCHANGED:
            return "lt", NOTHING
        case _:
            return ("gt" if condition.side is Side.ABOVE else "lt"), condition.fire

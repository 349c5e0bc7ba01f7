"""How conditions and values read."""

from collections.abc import Sequence

from devices.readings import decimals_of
from devices.schema import Field, FieldType, Kind
from ingest.rules.durations import duration
from ingest.rules.plan import words_of
from ingest.rules.rule import Aggregate, Condition, Function, Level, Rule, Side, Signal


def number(value: float) -> str:
    """Return a number as people write it: `2,500,000`, `0.85`."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def shown(field: Field, value: float) -> str:
    """Return a field's value with its unit, or its word."""
    if field.type in {FieldType.STATE, FieldType.BOOLEAN}:
        return words_of(field)[int(value)]
    return f"{value:,.{decimals_of(field.resolution or 1)}f} {field.unit}".rstrip()


def unit_of(kind: Kind, rule: Rule) -> str:
    """Return the unit of a rule's value."""
    field = watched_field(kind, rule)
    if rule.aggregate and rule.aggregate.function in {
        Function.COUNT,
        Function.SHARE,
        Function.SILENT_SHARE,
    }:
        return ""
    return field.unit if field else ""


def watched_field(kind: Kind, rule: Rule) -> Field | None:
    """Return the first field that a rule looks at, if it looks at any."""
    if rule.silence:
        return None
    name = rule.aggregate.field if rule.aggregate else rule.levels[0].conditions[0].field
    return kind.fields[kind.column[name]] if name else None


def fixed_words(kind: Kind, rule: Rule, level: Level) -> dict[str, str]:
    """Return what stands in a summary whichever device it is about, by placeholder."""
    field = watched_field(kind, rule)
    return {
        "kind": kind.name,
        "rule": rule.name,
        "severity": level.severity.value,
        "field": field.name if field else "",
        "title": field.title if field else kind.title,
        "unit": unit_of(kind, rule),
        "for": duration(level.for_s),
    }


def threshold_text(condition: Condition, fire: float, clear: float, unit: str) -> str:
    """Return a comparison as people read it: `above 27 °C (clears below 26)`.

    Args:
        condition: What is asked.
        fire: The threshold that is valid, in the field's unit.
        clear: Where it clears.
        unit: Symbol of the unit.
    """
    match condition.signal:
        case Signal.WORD:
            return f"is {_either(condition.words)}"
        case Signal.UNCHANGED:
            return f"unchanged for {duration(fire)}"
    text = f"{condition.side} {number(fire)} {unit}".rstrip()
    if condition.signal is Signal.RATE:
        text = f"change over {duration(condition.over_s)} {text}"
    if clear == fire:
        return text
    back = "below" if condition.side is Side.ABOVE else "above"
    return f"{text} (clears {back} {number(clear)})"


def aggregate_text(aggregate: Aggregate) -> str:
    """Return what an aggregate is: `sum of active_power_w over 1m`."""
    what = f" of {aggregate.field}" if aggregate.field else ""
    if aggregate.where:
        where = aggregate.where
        what += f" {threshold_text(where, where.fire, where.clear, '')}"
    return f"{aggregate.function}{what} over {duration(aggregate.window_s)}"


def _either(words: Sequence[str]) -> str:
    if len(words) == 1:
        return repr(words[0])
    return f"{', '.join(map(repr, words[:-1]))} or {words[-1]!r}" if words else "never"

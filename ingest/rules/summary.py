"""The sentence of an alert: the rule's, with device, value and the like filled in."""

from string import Formatter

from devices.readings import decimals_of
from devices.schema import FieldType, Kind
from ingest.rules.durations import duration
from ingest.rules.plan import BOOLEANS, words_of
from ingest.rules.rule import Function, Level, Rule
from ingest.rules.wording import aggregate_text, number, threshold_text, unit_of, watched_field

PLACEHOLDERS = (
    *("device", "site", "kind", "rule", "severity"),
    *("field", "title", "value", "unit", "limit", "for"),
)


class _Value(float):
    """A number that is written in its field's resolution unless the text says otherwise."""

    decimals: int | None = None

    def __format__(self, spec: str) -> str:
        if spec:
            return format(float(self), spec)
        return number(self) if self.decimals is None else f"{float(self):,.{self.decimals}f}"


def summary(  # noqa: PLR0913 - what a sentence can name
    kind: Kind, rule: Rule, level: Level, *, site: str, device: str, value: float, limit: float
) -> str:
    """Return the sentence of an alert.

    Args:
        kind: What the rule is about.
        rule: Whose text it is; one is made where it has none.
        level: The level that fires.
        site: Where.
        device: Which; empty for a whole site.
        value: What was seen last.
        limit: The threshold that is valid there.

    Raises:
        ValueError: The text cannot be filled in; found when rules are read.
    """
    field = watched_field(kind, rule)
    filled = {
        "device": device,
        "site": site,
        "kind": kind.name,
        "rule": rule.name,
        "severity": level.severity.value,
        "field": field.name if field else "",
        "title": field.title if field else kind.title,
        "value": _shown(kind, rule, value),
        "unit": unit_of(kind, rule),
        "limit": _Value(limit),
        "for": duration(level.for_s),
    }
    return (rule.summary or _usual(kind, rule, level, limit)).format(**filled)


def wrong_in(text: str) -> str:
    """Return which placeholder of a text there is not, or ""."""
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in PLACEHOLDERS:
            return name
    return ""


def _shown(kind: Kind, rule: Rule, value: float) -> _Value | str:
    field = watched_field(kind, rule)
    if not rule.aggregate and field and field.type in {FieldType.STATE, FieldType.BOOLEAN}:
        return words_of(field)[int(value)] if value == value else "?"  # noqa: PLR0124 - NaN
    shown = _Value(value)
    counting = rule.aggregate and rule.aggregate.function in {Function.COUNT, Function.SHARE}
    if field and field.resolution and not counting:
        shown.decimals = decimals_of(field.resolution)
    return shown


def _usual(kind: Kind, rule: Rule, level: Level, limit: float) -> str:
    if rule.silence:
        return "{device} at {site} has sent nothing for {for}"
    first = level.conditions[0]
    clear = first.clear if limit == first.fire else limit
    asked = threshold_text(first, limit, clear, unit_of(kind, rule))
    if rule.aggregate:
        return f"{{site}}: {aggregate_text(rule.aggregate)} is {{value}} {{unit}}, {asked}"
    if first.words == (BOOLEANS[True],):
        return "{device} at {site}: {title}"
    if first.words:
        return "{device} at {site}: {title} is {value}"
    return f"{{device}} at {{site}}: {{title}} {{value}} {{unit}}, {asked}"

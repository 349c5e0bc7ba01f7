"""The sentence of an alert: the rule's, with device, value and the like filled in."""

from functools import lru_cache, partial
from math import isnan
from string import Formatter

from devices.readings import decimals_of
from devices.schema import Kind
from ingest.rules.plan import BOOLEANS, words_of
from ingest.rules.rule import Function, Level, Rule
from ingest.rules.wording import (
    aggregate_text,
    fixed_words,
    number,
    threshold_text,
    unit_of,
    watched_field,
)

PLACEHOLDERS = (
    *("device", "site", "kind", "rule", "severity"),
    *("field", "title", "value", "unit", "limit", "for"),
)
LIMITS_KEPT = 100  # texts for different thresholds, as overrides set them


class _Value(float):
    """A number that is written in its field's resolution unless the text says otherwise."""

    decimals: int | None = None

    def __format__(self, spec: str) -> str:
        if spec:
            return format(float(self), spec)
        return number(self) if self.decimals is None else f"{float(self):,.{self.decimals}f}"


class Sentence:
    """What one level of a rule says of devices; prepared once, as an outage fires thousands.

    Args:
        kind: What the rule is about.
        rule: Whose text it is; one is made where it has none.
        level: The level that fires.
    """

    def __init__(self, kind: Kind, rule: Rule, level: Level) -> None:
        field = watched_field(kind, rule)
        self._always = fixed_words(kind, rule, level)
        self._words = words_of(field) if field and not rule.aggregate else ()
        counting = rule.aggregate and rule.aggregate.function in {Function.COUNT, Function.SHARE}
        resolution = field.resolution if field and not counting else None
        self._decimals = decimals_of(resolution) if resolution else None
        self._text = lru_cache(LIMITS_KEPT)(partial(_text, kind, rule, level))

    def about(self, *, site: str, device: str, value: float, limit: float) -> str:
        """Return the sentence of an alert.

        Args:
            site: Where.
            device: Which; empty for a whole site.
            value: What was seen last.
            limit: The threshold that is valid there.

        Raises:
            ValueError: The text cannot be filled in; found when rules are read.
        """
        return self._text(limit).format(
            site=site,
            device=device,
            value=self._shown(value),
            limit=_Value(limit),
            **self._always,
        )

    def _shown(self, value: float) -> "_Value | str":
        if self._words:
            return "?" if isnan(value) else self._words[int(value)]
        shown = _Value(value)
        shown.decimals = self._decimals
        return shown


def wrong_in(text: str) -> str:
    """Return which placeholder of a text there is not, or ""."""
    for _, name, _, _ in Formatter().parse(text):
        if name is not None and name not in PLACEHOLDERS:
            return name
    return ""


def _text(kind: Kind, rule: Rule, level: Level, limit: float) -> str:
    if rule.summary:
        return rule.summary
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

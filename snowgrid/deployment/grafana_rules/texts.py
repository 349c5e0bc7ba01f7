"""What a Grafana alert says, with Go's blanks for what is known only when it fires."""

import re

from devices.schema import Kind
from ingest.rules.rule import Level, Rule
from ingest.rules.wording import aggregate_text, fixed_words, number, threshold_text, unit_of

_BLANK = re.compile(r"\{(\w+)(?::([^}]*))?\}")
_DECIMALS = re.compile(r"\.(\d+)f")


def summary_of(kind: Kind, rule: Rule, level: Level, step: str) -> str:
    """Return the sentence of an alert.

    Args:
        kind: What the rule is about.
        rule: Whose text it is.
        level: The level that fires.
        step: Letter of the step that has the value.
    """
    known = _known(kind, rule, level)

    def filled(blank: re.Match[str]) -> str:
        name, form = blank[1], blank[2] or ""
        return _value(rule, level, step, form) if name == "value" else known[name]

    return _BLANK.sub(filled, rule.summary or _usual(kind, rule, level))


def _known(kind: Kind, rule: Rule, level: Level) -> dict[str, str]:
    return {
        **fixed_words(kind, rule, level),
        "site": "{{ .Labels.site }}",
        "device": "{{ .Labels.device }}",
        "limit": number(level.conditions[0].fire) if level.conditions else "",
    }


def _value(rule: Rule, level: Level, step: str, form: str) -> str:
    words = level.conditions[0].words if level.conditions and not rule.aggregate else ()
    if words:
        return " or ".join(words)  # Grafana sees numbers only
    if form.endswith("%"):
        return f"{{{{ humanizePercentage .Values.{step}.Value }}}}"
    decimals = _DECIMALS.fullmatch(form)
    verb = f"%.{decimals[1]}f" if decimals else "%.5g"
    return f'{{{{ printf "{verb}" .Values.{step}.Value }}}}'


def _usual(kind: Kind, rule: Rule, level: Level) -> str:
    if rule.silence:
        return "{device} at {site} has sent nothing for {for}"
    asked = [
        threshold_text(each, each.fire, each.clear, unit_of(kind, rule))
        for each in level.conditions[:1]
    ]
    if rule.aggregate:
        return f"{{site}}: {aggregate_text(rule.aggregate)} is {{value}} {{unit}}, {asked[0]}"
    if level.conditions[0].words:
        return "{device} at {site}: {title} is {value}"
    return f"{{device}} at {{site}}: {{title}} {{value}} {{unit}}, {asked[0]}"

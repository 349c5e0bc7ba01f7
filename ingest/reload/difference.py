"""What is different between two sets of settings, or of rules, and the words to say it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeVar

from pydantic import BaseModel

from ingest.reload.live import LIVE
from ingest.rules.rule import Rule
from ingest.settings import Settings
from ingest.settings_sources import is_secret, settings_of

HIDDEN = "(secret)"

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A setting with another value.

    Attributes:
        key: Its dotted key.
        before: The value that the service goes by, in words.
        after: The new one.
    """

    key: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.key}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChanges:
    """Names of alert rules that are not as they were."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __str__(self) -> str:
        groups = (("new", self.added), ("changed", self.changed), ("gone", self.removed))
        return "; ".join(f"{word}: {', '.join(names)}" for word, names in groups if names)


def differences(before: Settings, after: Settings) -> tuple[Change, ...]:
    """Return the settings whose values differ, in order of definition."""
    return tuple(
        Change(
            key=key,
            before=HIDDEN if is_secret(field) else _in_words(_value(before, key)),
            after=HIDDEN if is_secret(field) else _in_words(_value(after, key)),
        )
        for key, field in settings_of(Settings)
        if _value(before, key) != _value(after, key)
    )


def with_live(running: Settings, wanted: Settings) -> Settings:
    """Return settings with the values wanted, as far as a running service takes them over."""
    for key in LIVE:
        running = _with(running, key.split("."), _value(wanted, key))
    return running


def rule_changes(before: Mapping[str, Rule], after: Iterable[Rule]) -> RuleChanges:
    """Compare rules; where they stand in their files does not count."""
    then = {name: replace(rule, origin="") for name, rule in before.items()}
    now = {rule.name: replace(rule, origin="") for rule in after}
    return RuleChanges(
        added=tuple(name for name in now if name not in then),
        changed=tuple(name for name in now if name in then and now[name] != then[name]),
        removed=tuple(name for name in then if name not in now),
    )


def _value(settings: Settings, key: str) -> object:
    value: object = reduce(getattr, key.split("."), settings)
    return value


def _with(model: ModelT, path: list[str], value: object) -> ModelT:
    name, *rest = path
    inner = _with(getattr(model, name), rest, value) if rest else value
    return model.model_copy(update={name: inner})


def _in_words(value: object) -> str:
    match value:
        case None | () | "":
            return "none"
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(map(str, value))
    return str(value)

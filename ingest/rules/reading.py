"""From the text of a file of rules to rules and overrides, or to all that is wrong in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from devices.schema import Kind
from ingest.rules.asking import Misfit
from ingest.rules.compiling import compiled
from ingest.rules.complaints import Source, complaints
from ingest.rules.entries import FileEntry, OverrideEntry, RuleEntry
from ingest.rules.rule import Override, Rule, Side
from ingest.rules.yaml_lines import YamlError, parsed


class RulesWrong(ValueError):
    """A file of rules is wrong; each line of the message says where and what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOverride:
    """An override, the rule that it is for, and where it stands."""

    rule: str
    override: Override
    source: Source
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule, those that it stands for, and where it stands."""

    rule: Rule
    replaces: tuple[str, ...]
    source: Source
    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """What a file of rules says."""

    rules: tuple[PlacedRule, ...]
    overrides: tuple[PlacedOverride, ...]


def read(text: str, name: str, kinds: Mapping[str, Kind]) -> RuleFile:
    """Read the text of a file of rules.

    Args:
        text: YAML.
        name: Of the file, for complaints.
        kinds: The kinds there are.

    Raises:
        RulesWrong: It is no file of rules; everything that is wrong is named at once.
    """
    try:
        content, lines = parsed(text)
    except YamlError as error:
        raise RulesWrong(f"{name}:{error.line}: no YAML that can be read: {error}") from error
    source = Source(name=name, lines=lines, content=content)
    try:
        entry = FileEntry.model_validate({} if content is None else content)
    except ValidationError as error:
        raise RulesWrong("\n".join(complaints(error, FileEntry, source))) from error
    return from_entry(entry, source, kinds)


def from_entry(entry: FileEntry, source: Source, kinds: Mapping[str, Kind]) -> RuleFile:
    """Make rules and overrides of a file whose form is right.

    Raises:
        RulesWrong: They do not fit the kinds.
    """
    wrong: list[str] = []
    rules = [
        PlacedRule(rule=rule, replaces=tuple(each.replaces), source=source, path=("rules", at))
        for at, each in enumerate(entry.rules)
        for rule in _rules(each, at, source, kinds, wrong)
    ]
    overrides = [
        PlacedOverride(rule=each.rule, override=override, source=source, path=("overrides", at))
        for at, each in enumerate(entry.overrides)
        for override in _overrides(each, at, source, wrong)
    ]
    if wrong:
        raise RulesWrong("\n".join(wrong))
    return RuleFile(rules=tuple(rules), overrides=tuple(overrides))


def _rules(
    entry: RuleEntry, at: int, source: Source, kinds: Mapping[str, Kind], wrong: list[str]
) -> Iterator[Rule]:
    try:
        yield compiled(entry, kinds, source.at(("rules", at)))
    except Misfit as error:
        wrong.append(source.complaint(("rules", at, *error.path), str(error)))


def _overrides(
    entry: OverrideEntry, at: int, source: Source, wrong: list[str]
) -> Iterator[Override]:
    try:
        yield _override(entry)
    except Misfit as error:
        wrong.append(source.complaint(("overrides", at, *error.path), str(error)))


def _override(entry: OverrideEntry) -> Override:
    if entry.above is not None and entry.below is not None:
        raise Misfit(("below",), "want above or below; write one override for each")
    side = Side.ABOVE if entry.below is None else Side.BELOW
    fire = entry.above if side is Side.ABOVE else entry.below
    clear = entry.clear_below if side is Side.ABOVE else entry.clear_above
    back, wrong = ("clear_below", "clear_above")[:: 1 if side is Side.ABOVE else -1]
    if fire is None and entry.enabled:
        raise Misfit((), "changes nothing; want above, below, or enabled: false")
    if getattr(entry, wrong) is not None or (fire is None and clear is not None):
        raise Misfit((wrong if clear is None else back,), "goes with the other side's threshold")
    if (
        clear is not None
        and fire is not None
        and (clear - fire) * (1 if fire == entry.above else -1) > 0
    ):
        raise Misfit((back,), f"want {'at most' if side is Side.ABOVE else 'at least'} {fire:g}")
    return Override(
        sites=tuple(entry.sites),
        devices=tuple(entry.devices),
        enabled=entry.enabled,
        severity=entry.severity,
        side=side,
        fire=fire,
        clear=clear,
    )

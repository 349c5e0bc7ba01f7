"""Makes rules out of what a file says, and says what does not fit the kind they are about."""

from collections.abc import Mapping, Sequence

from devices.fleets.values import among
from devices.schema import Field, Kind, Severity
from ingest.rules.asking import QUESTIONS, Misfit, condition_of, field_named, question_of
from ingest.rules.entries import AggregateEntry, ConditionEntry, FlapEntry, LevelEntry, RuleEntry
from ingest.rules.plan import words_of
from ingest.rules.rule import Aggregate, Condition, Flap, Function, Level, Rule
from ingest.rules.summary import PLACEHOLDERS, summary, wrong_in

SEVERITIES = tuple(Severity)
WAYS = ("any", "all", "levels", "no_data_for")
COUNTING = frozenset({Function.COUNT, Function.SHARE})


def compiled(entry: RuleEntry, kinds: Mapping[str, Kind], origin: str) -> Rule:
    """Return the rule that an entry describes.

    Args:
        entry: A rule as it stands in a file.
        kinds: The kinds there are.
        origin: File and line.

    Raises:
        Misfit: It asks for what there is not, or contradicts itself.
    """
    kind = kinds.get(entry.kind)
    if kind is None:
        raise Misfit(("kind",), f"no kind {entry.kind!r}: {among(entry.kind, kinds)}")
    rule = Rule(
        name=entry.name,
        kind=kind.name,
        levels=_levels(entry, kind),
        silence=_about_silence(entry),
        aggregate=_aggregate(entry.aggregate, kind) if entry.aggregate else None,
        keep_firing_s=entry.keep_firing_for,
        flap=_flap(entry.flap),
        sites=tuple(entry.sites),
        devices=tuple(entry.devices),
        summary=entry.summary,
        labels=entry.labels,
        annotations=entry.annotations,
        origin=origin,
    )
    _check_summary(rule, kind)
    return rule


def _about_silence(entry: RuleEntry) -> bool:
    asked = [level.no_data_for for level in entry.levels or ()]
    return entry.no_data_for is not None or any(each is not None for each in asked)


def _levels(entry: RuleEntry, kind: Kind) -> tuple[Level, ...]:
    _check_ways(entry)
    if _about_silence(entry):
        return _silent_levels(entry)
    if entry.any_of or entry.all_of:
        key = "all" if entry.all_of else "any"
        conditions = entry.all_of or entry.any_of or []
        return (
            Level(
                severity=entry.severity,
                conditions=tuple(
                    _condition(each, kind, (key, at)) for at, each in enumerate(conditions)
                ),
                every=key == "all",
                for_s=entry.for_s,
            ),
        )
    field = _watched(entry, kind)
    if not entry.levels:
        asked = condition_of(entry, field, (), name=_column(field))
        return (Level(severity=entry.severity, conditions=(asked,), for_s=entry.for_s),)
    _check_rising(entry.levels)
    return tuple(
        Level(
            severity=level.severity,
            conditions=(
                condition_of(
                    level,
                    field,
                    ("levels", at),
                    name=_column(field),
                    over_s=entry.rate_over,
                ),
            ),
            for_s=entry.for_s if level.for_s is None else level.for_s,
        )
        for at, level in enumerate(entry.levels)
    )


def _check_ways(entry: RuleEntry) -> None:
    """See to it that a rule says in one way when it fires."""
    given = {"any": entry.any_of, "all": entry.all_of, "levels": entry.levels}
    ways = [key for key, value in given.items() if value is not None]
    ways += [key for key in ("no_data_for",) if getattr(entry, key) is not None]
    ways += question_of(entry)
    if len(ways) > 1:
        raise Misfit((ways[1],), f"{ways[0]!r} says already when it fires; want one of the two")
    if not ways:
        raise Misfit((), f"never fires; want one of {', '.join((*QUESTIONS, *WAYS))}")
    for key in ("any", "all", "no_data_for"):
        if entry.aggregate and key in ways:
            raise Misfit((key,), "an aggregate is one number; want above, below or levels")
        if entry.field and key in ways:
            raise Misfit(("field",), f"goes without saying; {key!r} names its own, if any")


def _silent_levels(entry: RuleEntry) -> tuple[Level, ...]:
    if entry.for_s:
        raise Misfit(("for",), "no_data_for says already for how long")
    if entry.no_data_for is not None:
        return (Level(severity=entry.severity, conditions=(), for_s=entry.no_data_for),)
    levels = entry.levels or []
    _check_rising(levels)
    for at, level in enumerate(levels):
        if level.no_data_for is None or question_of(level) or level.for_s is not None:
            raise Misfit(("levels", at), "want no_data_for and severity, as the other levels have")
    return tuple(
        Level(severity=level.severity, conditions=(), for_s=level.no_data_for or 0.0)
        for level in levels
    )


def _check_rising(levels: Sequence[LevelEntry]) -> None:
    ranks = [SEVERITIES.index(level.severity) for level in levels]
    for at in range(1, len(ranks)):
        if ranks[at] < ranks[at - 1]:
            before = SEVERITIES[ranks[at - 1]]
            raise Misfit(("levels", at, "severity"), f"want {before} or more, as levels rise")


def _watched(entry: RuleEntry, kind: Kind) -> Field | None:
    """Return the field whose values are compared, None for the number of an aggregate."""
    if entry.aggregate:
        if entry.field:
            raise Misfit(("field",), "belongs into aggregate")
        return None
    if not entry.field:
        raise Misfit(("field",), f"missing; want a field of {kind.name}")
    return field_named(entry.field, kind, ("field",))


def _column(field: Field | None) -> str:
    return field.name if field else "aggregate"


def _condition(entry: ConditionEntry, kind: Kind, path: tuple[str | int, ...]) -> Condition:
    field = field_named(entry.field, kind, (*path, "field"))
    return condition_of(entry, field, path, name=field.name)


def _aggregate(entry: AggregateEntry, kind: Kind) -> Aggregate:
    at: tuple[str | int, ...] = ("aggregate",)
    if not entry.window:
        raise Misfit((*at, "window"), "want more than 0s")
    asked = question_of(entry)
    counting = entry.function in COUNTING
    if asked and not counting:
        raise Misfit((*at, asked[0]), "only count and share look at some devices and not at others")
    if entry.function is Function.SHARE and not asked:
        raise Misfit(at, "a share of which devices? want above, below, equals or the like")
    needs_field = bool(asked) or entry.function not in {*COUNTING, Function.SILENT_SHARE}
    if needs_field and not entry.field:
        raise Misfit((*at, "field"), f"missing; want a field of {kind.name}")
    if entry.field and entry.function is Function.SILENT_SHARE:
        raise Misfit(
            (*at, "field"), "silent_share asks whether a device is heard, not what it says"
        )
    field = field_named(entry.field, kind, (*at, "field")) if entry.field else None
    where = condition_of(entry, field, at, name=field.name) if field and asked else None
    if field and not counting and words_of(field):
        raise Misfit((*at, "function"), f"{field.name} is no number; want count or share")
    return Aggregate(
        function=entry.function,
        field=field.name if field else "",
        where=where,
        window_s=entry.window,
    )


def _flap(entry: FlapEntry | None) -> Flap | None:
    return Flap(changes=entry.changes, within_s=entry.within) if entry else None


def _check_summary(rule: Rule, kind: Kind) -> None:
    try:
        unknown = wrong_in(rule.summary)
        for level in () if unknown else rule.levels:
            summary(kind, rule, level, site="site", device="device", value=1.0, limit=1.0)
    except ValueError as error:
        raise Misfit(("summary",), f"cannot be filled in: {error}") from error
    if unknown:
        raise Misfit(("summary",), f"no {{{unknown}}}: {among(unknown, PLACEHOLDERS)}")

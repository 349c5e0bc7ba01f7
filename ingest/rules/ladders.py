"""Makes the levels of a rule out of what a file says: one, or several that rise."""

from collections.abc import Sequence

from devices.schema import Field, Kind, Severity
from ingest.rules.asking import QUESTIONS, Misfit, condition_of, field_named, question_of
from ingest.rules.entries import AskingEntry, ConditionEntry, LevelEntry, RuleEntry
from ingest.rules.rule import Condition, Level
from ingest.rules.yaml_lines import Path

SEVERITIES = tuple(Severity)
SEVERAL = {"all": "all_of", "any": "any_of"}
WAYS = ("any", "all", "levels", "no_data_for")


def about_silence(entry: RuleEntry) -> bool:
    """Tell whether a rule is about devices that are not heard."""
    asked = [level.no_data_for for level in entry.levels or ()]
    return entry.no_data_for is not None or any(each is not None for each in asked)


def levels_of(entry: RuleEntry, kind: Kind) -> tuple[Level, ...]:
    """Return the levels of a rule, the least severe first.

    Raises:
        Misfit: They ask nothing, twice, or what cannot be asked of this kind.
    """
    _check_ways(entry)
    if about_silence(entry):
        return _silent_levels(entry)
    field = _watched(entry, kind)
    if not entry.levels:
        conditions = _conditions(entry, kind, field, ())
        every = entry.any_of is None
        return (
            Level(severity=entry.severity, conditions=conditions, every=every, for_s=entry.for_s),
        )
    _check_rising(entry.levels)
    return tuple(
        Level(
            severity=level.severity,
            conditions=_conditions(level, kind, field, ("levels", at), entry.rate_over),
            every=level.any_of is None,
            for_s=entry.for_s if level.for_s is None else level.for_s,
        )
        for at, level in enumerate(entry.levels)
    )


def _ways(entry: AskingEntry) -> list[str]:
    """Return the keys by which a rule or a level says when it fires."""
    several = [key for key, name in SEVERAL.items() if getattr(entry, name) is not None]
    return several + question_of(entry)


def _check_ways(entry: RuleEntry) -> None:
    """See to it that a rule, and each of its levels, says in one way when it fires."""
    ways = _ways(entry)
    ways += [key for key in ("levels", "no_data_for") if getattr(entry, key) is not None]
    if not ways:
        raise Misfit((), f"never fires; want one of {', '.join((*QUESTIONS, *WAYS))}")
    aggregate = entry.aggregate is not None
    _check_one_way(ways, (), aggregate=aggregate)
    for at, level in enumerate(entry.levels or ()):
        _check_one_way(_ways(level), ("levels", at), aggregate=aggregate)
    if entry.field and not _asks_own_field(entry):
        raise Misfit(("field",), "nothing is asked of it; leave it out")


def _check_one_way(ways: Sequence[str], path: Path, *, aggregate: bool) -> None:
    if len(ways) > 1:
        problem = f"{ways[0]!r} says already when it fires; want one of the two"
        raise Misfit((*path, ways[1]), problem)
    for key in ("any", "all", "no_data_for"):
        if aggregate and key in ways:
            raise Misfit((*path, key), "an aggregate is one number; want above, below or levels")


def _asks_own_field(entry: RuleEntry) -> bool:
    """Tell whether something is asked of the rule's own field."""
    askers: Sequence[AskingEntry] = entry.levels or [entry]
    plain = any(each.any_of is None and each.all_of is None for each in askers)
    return plain and not about_silence(entry)


def _silent_levels(entry: RuleEntry) -> tuple[Level, ...]:
    if entry.for_s:
        raise Misfit(("for",), "no_data_for says already for how long")
    if entry.no_data_for is not None:
        return (Level(severity=entry.severity, conditions=(), for_s=entry.no_data_for),)
    levels = entry.levels or []
    _check_rising(levels)
    for at, level in enumerate(levels):
        if level.no_data_for is None or _ways(level) or level.for_s is not None:
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
    """Return the rule's own field; None where nothing is asked of it, or of an aggregate."""
    if entry.aggregate:
        if entry.field:
            raise Misfit(("field",), "belongs into aggregate")
        return None
    if not _asks_own_field(entry):
        return None
    if not entry.field:
        raise Misfit(("field",), f"missing; want a field of {kind.name}")
    return field_named(entry.field, kind, ("field",))


def _conditions(
    entry: AskingEntry, kind: Kind, field: Field | None, path: Path, over_s: float | None = None
) -> tuple[Condition, ...]:
    """Return what a rule or level asks: of several fields, or of the rule's own."""
    for key, name in SEVERAL.items():
        if several := getattr(entry, name):
            return tuple(
                _condition(each, kind, (*path, key, at)) for at, each in enumerate(several)
            )
    name = field.name if field else "aggregate"
    return (condition_of(entry, field, path, name=name, over_s=over_s),)


def _condition(entry: ConditionEntry, kind: Kind, path: Path) -> Condition:
    field = field_named(entry.field, kind, (*path, "field"))
    return condition_of(entry, field, path, name=field.name)

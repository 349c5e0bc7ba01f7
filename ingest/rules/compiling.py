"""Makes rules out of what a file says, and says what does not fit the kind they are about."""

from collections.abc import Mapping

from devices.fleets.values import among
from devices.schema import Kind
from ingest.rules.asking import Misfit, condition_of, field_named, question_of
from ingest.rules.entries import AggregateEntry, FlapEntry, RuleEntry
from ingest.rules.ladders import about_silence, levels_of
from ingest.rules.plan import words_of
from ingest.rules.rule import Aggregate, Flap, Function, Rule
from ingest.rules.summary import PLACEHOLDERS, Sentence, wrong_in

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
        levels=levels_of(entry, kind),
        silence=about_silence(entry),
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
            Sentence(kind, rule, level).about(site="site", device="device", value=1.0, limit=1.0)
    except ValueError as error:
        raise Misfit(("summary",), f"cannot be filled in: {error}") from error
    if unknown:
        raise Misfit(("summary",), f"no {{{unknown}}}: {among(unknown, PLACEHOLDERS)}")

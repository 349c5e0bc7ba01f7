"""Makes conditions out of the keys that ask: above, equals, unchanged_for and the others."""

from collections.abc import Iterable

from devices.fleets.values import among
from devices.schema import Field, FieldType, Kind
from ingest.rules.entries import AggregateEntry, QuestionEntry
from ingest.rules.plan import words_of
from ingest.rules.rule import Condition, Side, Signal
from ingest.rules.yaml_lines import Path

WORDS = ("equals", "not_equals", "contains")
NUMBERS = ("above", "below", "rate_above", "rate_below")
QUESTIONS = ("above", "below", *WORDS, "rate_above", "rate_below", "unchanged_for")
BELONGS_TO = {
    "clear_below": ("above", "rate_above"),
    "clear_above": ("below", "rate_below"),
    "rate_over": ("rate_above", "rate_below"),
}


class Misfit(ValueError):
    """A key says what cannot be; `path` leads to the key, from the entry on."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path


def question_of(entry: QuestionEntry | AggregateEntry) -> list[str]:
    """Return which keys of an entry ask."""
    return [key for key in QUESTIONS if getattr(entry, key, None) is not None]


def field_named(name: str, kind: Kind, path: Path) -> Field:
    """Return a field of a kind.

    Raises:
        Misfit: There is none of that name; the message names the nearest.
    """
    if name not in kind.column:
        raise Misfit(path, f"{kind.name} has no field {name!r}: {among(name, kind.column)}")
    return kind.fields[kind.column[name]]


def condition_of(
    entry: QuestionEntry | AggregateEntry,
    field: Field | None,
    path: Path,
    *,
    name: str,
    over_s: float | None = None,
) -> Condition:
    """Return the condition that an entry asks for.

    Args:
        entry: What asks.
        field: What it asks about; None for a number that is no field, such as an aggregate.
        path: Where the entry stands.
        name: Of the column that is compared.
        over_s: The stretch of time of a rate, where the entry does not give one.

    Raises:
        Misfit: It asks nothing, twice, or what cannot be asked of this field.
    """
    asked = question_of(entry)
    if len(asked) != 1:
        got = f", got {' and '.join(asked)}" if asked else ""
        raise Misfit(path, f"want exactly one of {', '.join(QUESTIONS)}{got}")
    _check_company(entry, asked[0], path)
    _check_type(asked[0], field, path)
    if asked[0] in WORDS and field:
        words = _words(entry, asked[0], field, path)
        return Condition(field=name, signal=Signal.WORD, fire=0.5, clear=0.5, words=words)
    if asked[0] == "unchanged_for":
        length_s = getattr(entry, asked[0])
        return Condition(field=name, signal=Signal.UNCHANGED, fire=length_s, clear=length_s)
    return _compared(entry, asked[0], path, name, over_s)


def _compared(
    entry: QuestionEntry | AggregateEntry, key: str, path: Path, name: str, over_s: float | None
) -> Condition:
    side = Side(key.removeprefix("rate_"))
    fire = getattr(entry, key)
    back = "clear_below" if side is Side.ABOVE else "clear_above"
    clear = getattr(entry, back, None)
    if clear is not None and (clear > fire if side is Side.ABOVE else clear < fire):
        bound = "at most" if side is Side.ABOVE else "at least"
        raise Misfit((*path, back), f"want {bound} {fire:g}, where {key} begins, got {clear:g}")
    signal, stretch_s = Signal.VALUE, 0.0
    if key.startswith("rate_"):
        signal, stretch_s = Signal.RATE, getattr(entry, "rate_over", None) or over_s or 0.0
        if not stretch_s:
            raise Misfit((*path, "rate_over"), f"missing; {key} wants to know over which time")
    clear = fire if clear is None else clear
    return Condition(field=name, signal=signal, side=side, fire=fire, clear=clear, over_s=stretch_s)


def _check_company(entry: QuestionEntry | AggregateEntry, asked: str, path: Path) -> None:
    for key, owners in BELONGS_TO.items():
        if getattr(entry, key, None) is not None and asked not in owners:
            raise Misfit((*path, key), f"goes with {' or '.join(owners)}, not with {asked}")


def _check_type(key: str, field: Field | None, path: Path) -> None:
    if field is None:
        if key not in {"above", "below"}:
            raise Misfit((*path, key), "an aggregate is compared by above or below")
        return
    wordy = field.type in {FieldType.STATE, FieldType.BOOLEAN}
    if key in NUMBERS and wordy:
        raise Misfit((*path, key), f"{field.name} is a {field.type}; want equals or not_equals")
    if key in WORDS and not wordy:
        raise Misfit((*path, key), f"{field.name} is a number; want above or below")


def _words(
    entry: QuestionEntry | AggregateEntry, key: str, field: Field, path: Path
) -> tuple[str, ...]:
    """Return the states of the field for which the condition holds."""
    known = words_of(field)
    if key == "contains":
        part = str(getattr(entry, key))
        parts = dict.fromkeys(each for state in known for each in state.split())
        _check_known([part], parts, field, (*path, key))
        return tuple(state for state in known if part in state.split())
    given: tuple[str, ...] = getattr(entry, key)
    _check_known(given, known, field, (*path, key))
    return tuple(state for state in known if (state in given) is (key == "equals"))


def _check_known(given: Iterable[str], known: Iterable[str], field: Field, path: Path) -> None:
    for word in given:
        if word not in known:
            raise Misfit(path, f"{field.name} is never {word!r}: {among(word, known)}")

"""Compares what was expected with what came of it."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from snowgrid.scenarios.alert_story import without_values
from snowgrid.scenarios.expectation import Bound, Expectation
from snowgrid.scenarios.facts import Facts
from snowgrid.scenarios.quantities import Unit, readable

MOST_LINES = 6  # of a difference between texts that are shown


class State(StrEnum):
    """How an expectation fared."""

    HELD = "held"
    FAILED = "failed"
    SHORT = "short"  # too slow, while this machine had nothing left to give
    UNKNOWN = "unknown"


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """An expectation, and how it fared.

    Attributes:
        subject: What it is about.
        expected: What was expected, in words.
        found: What was found, in words.
        state: Whether it held.
        details: More about it, line by line.
    """

    subject: str
    expected: str
    found: str
    state: State
    details: list[str] = []


def judge(expected: Sequence[Expectation], facts: Facts) -> list[Judgement]:
    """Return how each expectation fared, in their order."""
    return [_judged(each, facts) for each in expected]


def unknown(expected: Sequence[Expectation], why: str) -> list[Judgement]:
    """Return that nothing is known of any of them."""
    return [_judgement(each, why, State.UNKNOWN) for each in expected]


def _judged(expectation: Expectation, facts: Facts) -> Judgement:
    name = expectation.subject.name
    if name in facts.unknown:
        return _judgement(expectation, facts.unknown[name], State.UNKNOWN)
    if expectation.file is not None:
        return _of_text(expectation, facts.texts.get(name, ""))
    if expectation.subject.form == "reasons":
        return _of_reasons(expectation, facts.rejected or {}, facts.readings)
    if name not in facts.numbers:
        return _judgement(expectation, "nobody can tell that here", State.UNKNOWN)
    return _of_number(expectation, facts)


def _of_number(expectation: Expectation, facts: Facts) -> Judgement:
    subject = expectation.subject
    number = facts.numbers[subject.name]
    found = readable(number, subject.unit)
    if all(limit.holds(number) for limit in expectation.bound):
        return _judgement(expectation, found, State.HELD)
    if facts.machine_full and (subject.speed or subject.name in facts.only_late):
        return _judgement(expectation, found, State.SHORT, [facts.machine_full])
    return _judgement(expectation, found, State.FAILED)


def _of_reasons(expectation: Expectation, found: Mapping[str, int], readings: int) -> Judgement:
    if expectation.reasons is None:
        held = _holds(expectation.bound, sum(found.values()), readings)
    else:
        names = expectation.reasons.keys() | found.keys()
        held = all(
            _holds(expectation.reasons[name], found.get(name, 0), readings)
            if name in expectation.reasons
            else not found[name]
            for name in names
        )
    told = "; ".join(
        f"{name}: {count:,} ({count / max(1, readings):.2%})"
        for name, count in sorted(found.items())
    )
    return _judgement(expectation, told or "none", State.HELD if held else State.FAILED)


def _holds(bound: Bound, count: int, readings: int) -> bool:
    share = count / max(1, readings)
    return all(limit.holds(share if limit.unit is Unit.SHARE else count) for limit in bound)


def _of_text(expectation: Expectation, found: str) -> Judgement:
    path = expectation.file
    if path is None:
        raise ValueError("an expectation of a text has its file")
    wanted = path.read_text(encoding="utf-8").splitlines()
    differing = list(_differences(wanted, found.splitlines()))
    if not differing:
        return _judgement(expectation, f"all {len(wanted):,} lines", State.HELD)
    more = [f"… and {len(differing) - MOST_LINES:,} more"] if len(differing) > MOST_LINES else []
    told = f"{len(differing):,} lines differ"
    return _judgement(expectation, told, State.FAILED, differing[:MOST_LINES] + more)


def _differences(wanted: Sequence[str], found: Sequence[str]) -> Iterator[str]:
    """Yield the lines that only one of the texts has, apart from the values in their words."""
    alike, told = ([without_values(line) for line in lines] for lines in (wanted, found))
    matcher = difflib.SequenceMatcher(a=alike, b=told, autojunk=False)
    for tag, begin, end, found_begin, found_end in matcher.get_opcodes():
        if tag != "equal":
            yield from (f"missing    {line}" for line in wanted[begin:end])
            yield from (f"unexpected {line}" for line in found[found_begin:found_end])


def _judgement(
    expectation: Expectation, found: str, state: State, details: Sequence[str] = ()
) -> Judgement:
    return Judgement(
        subject=expectation.subject.name,
        expected=str(expectation),
        found=found,
        state=state,
        details=list(details),
    )

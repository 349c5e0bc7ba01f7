"""What a scenario expects of one subject."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from devices.fleets.values import among
from snowgrid.scenarios.quantities import Unit, quantity, readable
from snowgrid.scenarios.subjects import Subject

OPERATORS = {
    "below": lambda found, limit: found < limit,
    "at_most": lambda found, limit: found <= limit,
    "at_least": lambda found, limit: found >= limit,
    "above": lambda found, limit: found > limit,
}
"""What may stand before a number; without one it must be met exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One side of a bound.

    Attributes:
        operator: Out of `OPERATORS`; empty for exactly.
        number: In `unit`.
        unit: Of the number; a share where the subject counts something is one of a whole.
    """

    operator: str
    number: float
    unit: Unit

    def holds(self, found: float) -> bool:
        """Tell whether a number, of the same unit, is as expected."""
        if not self.operator:
            return found == self.number
        return bool(OPERATORS[self.operator](found, self.number))

    def __str__(self) -> str:
        return f"{self.operator.replace('_', ' ')} {readable(self.number, self.unit)}".strip()


Bound: TypeAlias = tuple[Limit, ...]
"""All of these must hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is expected of a subject: one of the three.

    Attributes:
        subject: Of what.
        bound: Of the number, or of the sum of all reasons.
        reasons: By reason; those that are not there must be 0.
        file: What the found text must equal.
    """

    subject: Subject
    bound: Bound = ()
    reasons: Mapping[str, Bound] | None = None
    file: Path | None = None

    def scaled(self, scale: float) -> "Expectation":
        """Return what is expected of a scenario so many times as large."""
        if not self.subject.grows:
            return self
        bound = tuple(replace(limit, number=limit.number * scale) for limit in self.bound)
        return replace(self, bound=bound)

    def __str__(self) -> str:
        if self.file is not None:
            return f"as in {self.file.name}"
        if self.reasons is not None:
            each = [f"{reason}: {_worded(bound)}" for reason, bound in self.reasons.items()]
            return "; ".join(each) or "none"
        return _worded(self.bound)


def expectation_of(
    subject: Subject, value: object, folder: Path, reasons: tuple[str, ...]
) -> Expectation:
    """Make one of what stands in a file.

    Args:
        subject: Of what.
        value: What stands there.
        folder: Of the scenario, where the files lie that it names.
        reasons: For which readings can be rejected.

    Raises:
        ValueError: It is none; the message says what is wanted.
    """
    if subject.form == "file":
        return Expectation(subject=subject, file=_file(value, folder))
    if subject.form == "reasons":
        if isinstance(value, dict) and not value.keys() & OPERATORS.keys():
            for name in value:
                if name not in reasons:
                    raise ValueError(f"no reason {name!r}: {among(str(name), reasons)}")
            bounds = {name: _bound(given, subject, whole=True) for name, given in value.items()}
            return Expectation(subject=subject, reasons=bounds)
        return Expectation(subject=subject, bound=_bound(value, subject, whole=True))
    return Expectation(subject=subject, bound=_bound(value, subject, whole=False))


def _file(value: object, folder: Path) -> Path:
    path = folder / str(value)
    if not isinstance(value, str) or not path.is_file():
        raise ValueError(f"want the name of a file in {folder}, got {value!r}")
    return path


def _bound(value: object, subject: Subject, *, whole: bool) -> Bound:
    if not isinstance(value, dict):
        return (_limit("", value, subject, whole=whole),)
    for operator in value:
        if operator not in OPERATORS:
            raise ValueError(f"no bound {operator!r}: {among(str(operator), OPERATORS)}")
    if not value:
        raise ValueError(f"want {subject.unit.value}, or a bound such as {{at_most: …}}")
    return tuple(_limit(name, number, subject, whole=whole) for name, number in value.items())


def _limit(operator: str, value: object, subject: Subject, *, whole: bool) -> Limit:
    share = whole and isinstance(value, str) and value.endswith("%")
    unit = Unit.SHARE if share else subject.unit
    return Limit(operator=operator, number=quantity(value, unit), unit=unit)


def _worded(bound: Bound) -> str:
    if [limit.operator for limit in bound] == ["at_least", "at_most"]:
        low, high = (readable(limit.number, limit.unit) for limit in bound)
        return f"{low} … {high}"
    return " and ".join(map(str, bound))

"""What a device kind declares about itself.

A kind is one file under `devices/kinds/` that defines one `KIND`. Validation, line protocol,
storage tables, lists, documentation, dashboards and default alert rules are all derived from
that object; nothing else in the project names a kind or a field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from devices.model import Model
from devices.units import unit_of

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""What a topic level, a kind and a device name look like; nothing in it needs escaping anywhere."""

FAMILIES = {
    "meters": "Meters and energy",
    "ski": "Ski resort",
    "datacentre": "Data centre",
    "city": "City",
}
"""The trades that kinds belong to, in the order in which they are listed, and what to call them."""

FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
RESERVED_FIELD_NAMES = frozenset({"ts", "seq", "site", "device", "time"})


class FieldType(StrEnum):
    """How a field behaves over time, which decides how it is stored and aggregated."""

    GAUGE = "gauge"  # averages are meaningful
    COUNTER = "counter"  # monotonic until it resets or rolls over; only differences mean something
    STATE = "state"  # one of a few words
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One measured quantity of a kind. Make it with `gauge`, `counter`, `state` or `boolean`.

    Attributes:
        name: `quantity[_qualifier]_unit`, lower snake case; the suffix is the unit.
        type: See `FieldType`.
        title: What a person calls it.
        hard: Lowest and highest value a working sensor can give, inclusive; outside is rejected.
        typical: Where the value lies on ordinary days; None where that says nothing.
        resolution: The step in which the device reports, in the field's unit; None for states.
        modulus: Where a counter rolls over to zero, in the field's unit; None for the others.
        states: The words of a state field; a code is an index into this tuple.
        circular: True for a direction in degrees, which is averaged as a vector.
        code: The quantity's identifier in the field's standards (OBIS, NUT, Redfish, …).
        note: Where ranges come from, or what a reader must know.
    """

    name: str
    type: FieldType
    title: str
    hard: tuple[float, float]
    typical: tuple[float, float] | None = None
    resolution: float | None = None
    modulus: float | None = None
    states: tuple[str, ...] = ()
    circular: bool = False
    code: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        where = f"field {self.name!r}"
        if not FIELD_NAME.fullmatch(self.name) or self.name in RESERVED_FIELD_NAMES:
            raise ValueError(f"{where}: want lower snake case and not a reserved name")
        if self.type in {FieldType.GAUGE, FieldType.COUNTER}:
            if unit_of(self.name) is None:
                raise ValueError(f"{where}: the last part is no unit suffix known to devices.units")
            low, high = self.hard
            if not low < high:
                raise ValueError(f"{where}: hard range {low}…{high} is empty")
            if self.typical and not low <= self.typical[0] <= self.typical[1] <= high:
                raise ValueError(f"{where}: typical range {self.typical} leaves the hard one")
        if self.type is FieldType.STATE and (
            not self.states or not all(re.fullmatch(r"[A-Za-z0-9 ._-]+", s) for s in self.states)
        ):
            raise ValueError(f"{where}: want at least one state of letters, digits, space or ._-")

    @property
    def unit(self) -> str:
        """The unit's symbol, empty for dimensionless quantities and states."""
        return unit_of(self.name) or ""


def gauge(  # noqa: PLR0913 - a field is its attributes
    name: str,
    title: str,
    *,
    hard: tuple[float, float],
    typical: tuple[float, float] | None = None,
    resolution: float,
    circular: bool = False,
    code: str = "",
    note: str = "",
) -> Field:
    """Make a field whose value can rise and fall, and whose average means something."""
    return Field(
        name=name,
        type=FieldType.GAUGE,
        title=title,
        hard=hard,
        typical=typical,
        resolution=resolution,
        circular=circular,
        code=code,
        note=note,
    )


def counter(  # noqa: PLR0913 - a field is its attributes
    name: str,
    title: str,
    *,
    modulus: float,
    resolution: float,
    code: str = "",
    note: str = "",
) -> Field:
    """Make a field that only counts up and rolls over to zero at `modulus`."""
    return Field(
        name=name,
        type=FieldType.COUNTER,
        title=title,
        hard=(0.0, modulus),
        resolution=resolution,
        modulus=modulus,
        code=code,
        note=note,
    )


def state(name: str, title: str, *states: str, code: str = "", note: str = "") -> Field:
    """Make a field that is one of `states`, sent as the word, kept as its index."""
    return Field(
        name=name,
        type=FieldType.STATE,
        title=title,
        hard=(0, len(states) - 1),
        states=states,
        code=code,
        note=note,
    )


def boolean(name: str, title: str, *, code: str = "", note: str = "") -> Field:
    """Make a field that is true or false."""
    return Field(name=name, type=FieldType.BOOLEAN, title=title, hard=(0, 1), code=code, note=note)


class Severity(StrEnum):
    """How soon a person must look."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A default alert limit: a true value that an operator must know of.

    Attributes:
        field: Name of the field it watches.
        severity: See `Severity`.
        above: Fires while the value is greater, in the field's unit.
        below: Fires while the value is less.
        equals: Fires while a state or boolean has this value (`"fault"`, `"true"`).
        clear: Where it clears again; None means at the limit itself.
        for_s: How long the condition must hold before it fires, seconds of device time.
        source: The standard or practice the number comes from.
    """

    field: str
    severity: Severity
    above: float | None = None
    below: float | None = None
    equals: str | None = None
    clear: float | None = None
    for_s: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        if [self.above, self.below, self.equals].count(None) != 2:
            raise ValueError(f"limit on {self.field!r}: want exactly one of above, below, equals")


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A number that a fleet file may give for its devices of a kind; `str` explains it.

    Attributes:
        meaning: What it says, in a few words, with its unit.
        default: What the model takes where the fleet file is silent.
        hard: Lowest and highest value that makes sense, inclusive.
    """

    meaning: str
    default: float
    hard: tuple[float, float]

    def __post_init__(self) -> None:
        if not self.hard[0] <= self.default <= self.hard[1]:
            raise ValueError(f"option {self.meaning!r}: default {self.default} is out of range")

    def __str__(self) -> str:
        low, high = self.hard
        return f"{self.meaning} ({low:g}…{high:g}, default {self.default:g})"


def settled(declared: Mapping[str, Option], given: Mapping[str, float]) -> dict[str, float]:
    """Return a value for every declared option: the given one, else the default."""
    return {name: given.get(name, option.default) for name, option in declared.items()}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A device kind: what it reports, how it behaves, when a person should care.

    Attributes:
        name: Topic level and measurement, the file's own name.
        family: The trade it belongs to, one of `FAMILIES`.
        title: What a person calls it.
        summary: One sentence for lists and documentation.
        fields: What it reports, in the order of the frame's columns.
        limits: Default alert limits.
        options: What a fleet file may say about its devices of this kind, by key.
        interval_s: How often such a device usually reports.
        model: The physical model; one instance simulates many devices.
    """

    name: str
    family: str
    title: str
    summary: str
    fields: tuple[Field, ...]
    limits: tuple[Limit, ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    interval_s: float
    model: type[Model]

    def __post_init__(self) -> None:
        names = [field.name for field in self.fields]
        if not NAME.fullmatch(self.name):
            raise ValueError(f"kind {self.name!r}: want {NAME.pattern}")
        if self.family not in FAMILIES:
            raise ValueError(f"kind {self.name!r}: family {self.family!r}, want {[*FAMILIES]}")
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"kind {self.name!r}: want fields, each named once")
        for limit in self.limits:
            if limit.field not in names:
                raise ValueError(f"kind {self.name!r}: limit on unknown field {limit.field!r}")

    @cached_property
    def column(self) -> dict[str, int]:
        """Column of each field in a frame, by name."""
        return {field.name: position for position, field in enumerate(self.fields)}

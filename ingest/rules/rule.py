"""What an alert rule says, as values: complete, checked, and free of any file's wording.

`ingest.rules.schema` reads these from YAML; `ingest.rules.engine` evaluates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b

from devices.schema import Severity


class Signal(StrEnum):
    """What is compared with a condition's threshold."""

    VALUE = "value"  # the field itself
    WORD = "word"  # 1 while a state or boolean is one of the condition's words, else 0
    RATE = "rate"  # by how much the field has changed over a stretch of time
    UNCHANGED = "unchanged"  # seconds since the field last changed


class Side(StrEnum):
    """On which side of its threshold a condition holds."""

    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A comparison that holds or does not, with hysteresis.

    Attributes:
        field: Name of the field; `aggregate` where the rule has one.
        signal: What is compared.
        side: Where it holds.
        fire: It begins to hold beyond this, in the field's unit (seconds for `UNCHANGED`).
        clear: Having begun, it ceases to hold only beyond this, on the other side.
        words: States, or `true` and `false`, for which a `WORD` condition holds.
        over_s: The stretch of time of a `RATE`, seconds.
    """

    field: str
    signal: Signal = Signal.VALUE
    side: Side = Side.ABOVE
    fire: float
    clear: float
    words: tuple[str, ...] = ()
    over_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a rule's ladder.

    Attributes:
        severity: Of the alert while this is the highest level that fires.
        conditions: What must hold; none in a rule about silence.
        every: True when all conditions must hold at once, False when any of them is enough.
        for_s: How long that must hold, or a device be silent, before the level fires; seconds of
            event time.
    """

    severity: Severity
    conditions: tuple[Condition, ...]
    every: bool = True
    for_s: float = 0.0


class Function(StrEnum):
    """How the readings of a site's devices become one number."""

    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    COUNT = "count"  # devices heard, or those of them for which `where` holds
    SHARE = "share"  # of the devices heard, the share for which `where` holds, 0 … 1
    SILENT_SHARE = "silent_share"  # of all devices known, the share not heard, 0 … 1
    P05 = "p05"
    P50 = "p50"
    P95 = "p95"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A number over the devices of a site: of each, its latest reading within the window.

    Attributes:
        function: See `Function`.
        field: What it is taken of; empty for `SILENT_SHARE` and for a `COUNT` of all devices.
        where: Which devices `COUNT` and `SHARE` count; None for all.
        window_s: How far back a device's latest reading may lie, seconds of event time.
    """

    function: Function
    field: str = ""
    where: Condition | None = None
    window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flap:
    """When an alert that comes and goes is held, instead of waking a person each time.

    Attributes:
        changes: After so many beginnings and ends …
        within_s: … within this time it goes on firing until it was quiet for as long.
    """

    changes: int
    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Another threshold, or none at all, for some devices.

    Attributes:
        sites: Globs of the sites it is for; empty for all.
        devices: Globs of the devices it is for; empty for all.
        enabled: False when the rule does not watch them at all.
        severity: The level whose threshold it replaces; None where the rule has only one.
        side: The side of the threshold it replaces.
        fire: The new threshold; None when only `enabled` is said.
        clear: Where it clears then; None as far from the threshold as before.
    """

    sites: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    enabled: bool = True
    severity: Severity | None = None
    side: Side = Side.ABOVE
    fire: float | None = None
    clear: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alert rule.

    Attributes:
        name: Topic level, unique among all rules.
        kind: Name of the device kind it watches.
        levels: At least one, severities rising or equal.
        silence: It is about devices that are not heard, and has no conditions.
        aggregate: It is about this number over a site; None when about each device.
        keep_firing_s: How long it goes on firing after its condition has ceased to hold.
        flap: See `Flap`; None to let it come and go.
        sites: Globs of sites; empty for all.
        devices: Globs of devices; empty for all. Of an aggregate, those it is taken over.
        overrides: The last one that fits a device counts.
        summary: A sentence with `{device}`, `{value:.1f}` and so on to be filled in.
        labels: More labels for those who are told.
        annotations: More text for those who are told.
        origin: Where it was read: `file:line`, or `generated`.
    """

    name: str
    kind: str
    levels: tuple[Level, ...]
    silence: bool = False
    aggregate: Aggregate | None = None
    keep_firing_s: float = 0.0
    flap: Flap | None = None
    sites: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    summary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""

    @property
    def fingerprint(self) -> str:
        """What the rule decides, as a short text; its words for people do not count."""
        logic = replace(self, summary="", labels={}, annotations={}, origin="")
        return blake2b(repr(logic).encode(), digest_size=12).hexdigest()

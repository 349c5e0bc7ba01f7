"""Why a rule fires for a device, or does not: what `explain` answers."""

from dataclasses import dataclass
from enum import StrEnum

from devices.schema import Severity


class Standing(StrEnum):
    """How a rule stands towards a device, or a site."""

    UNKNOWN = "unknown"  # the device was never heard
    OUT_OF_SCOPE = "out of scope"
    OK = "ok"
    PENDING = "pending"
    FIRING = "firing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionExplained:
    """One comparison of a rule, with the numbers it was made with.

    Attributes:
        text: What is asked, with the thresholds that are valid for this device.
        value: What was last seen, as people write it; empty where nothing was.
        holds: The answer, hysteresis included.
    """

    text: str
    value: str
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelExplained:
    """One level of a rule.

    Attributes:
        severity: Of the level.
        conditions: All of them.
        every: Whether all must hold, or any.
        for_s: For how long, seconds.
        standing: See `Standing`.
        since_ms: Since when it holds, event time; None when it does not.
        firing_ms: Since when it fires; None when it does not.
        until_ms: When it is going to fire, or to end, if nothing new is heard; else None.
    """

    severity: Severity
    conditions: tuple[ConditionExplained, ...]
    every: bool
    for_s: float
    standing: Standing
    since_ms: int | None = None
    firing_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that decides about one rule and one device.

    Attributes:
        rule: Name of the rule.
        origin: File and line of the rule, or `generated`.
        site: Where.
        device: Which; empty for a rule about a whole site.
        standing: The answer in a word.
        because: The answer in a sentence.
        heard_ms: Event time of the latest reading; None when there was none.
        clock_ms: What time it is for the timers of this kind; None before the first reading.
        levels: The levels, the least severe first; empty when out of scope or never heard.
    """

    rule: str
    origin: str
    site: str
    device: str
    standing: Standing
    because: str
    heard_ms: int | None = None
    clock_ms: int | None = None
    levels: tuple[LevelExplained, ...] = ()

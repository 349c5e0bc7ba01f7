"""The lengths of the windows, and how their measurements are called."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS

SUFFIXES = (("d", 24 * HOUR_MS), ("h", HOUR_MS), ("m", MINUTE_MS), ("s", 1_000), ("ms", 1))


@dataclass(frozen=True)
class Tiers:
    """Window lengths, the shortest first; all windows are aligned to the epoch.

    Attributes:
        lengths_ms: Ascending, each a multiple of the one before. The last one is the length of a
            span, the unit of repair.
    """

    lengths_ms: tuple[int, ...] = (MINUTE_MS, 15 * MINUTE_MS, HOUR_MS)

    def __post_init__(self) -> None:
        if not self.lengths_ms or self.lengths_ms[0] <= 0:
            raise ValueError(f"want at least one length above zero, got {self.lengths_ms} ms")
        for shorter, longer in pairwise(self.lengths_ms):
            if longer <= shorter or longer % shorter:
                raise ValueError(
                    f"{suffix_of(longer)} is no longer multiple of {suffix_of(shorter)}"
                )

    @cached_property
    def suffixes(self) -> tuple[str, ...]:
        """What each tier is called: `1m`, `15m`, `1h`."""
        return tuple(suffix_of(length_ms) for length_ms in self.lengths_ms)

    @property
    def span_ms(self) -> int:
        """Length of a span: of the longest window."""
        return self.lengths_ms[-1]


def suffix_of(length_ms: int) -> str:
    """Return a length in the largest unit that divides it: `90s`, `15m`, `1h`, `1d`."""
    unit, size_ms = next(pair for pair in SUFFIXES if length_ms % pair[1] == 0)
    return f"{length_ms // size_ms}{unit}"


def device_measurement(kind_name: str, suffix: str) -> str:
    """Return the measurement of a kind's rollups by device; tags are site and device."""
    return f"{kind_name}_{suffix}"


def site_measurement(kind_name: str, suffix: str) -> str:
    """Return the measurement of a kind's rollups by site; the tag is site."""
    return f"{kind_name}_site_{suffix}"

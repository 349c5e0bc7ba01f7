"""Is a well-formed reading possible at all? Hard ranges and the window of time, a frame at once."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from devices.schema import Kind
from ingest.core.payload import Fault

FIRST_MS_AFTER_SECONDS = 100_000_000_000  # 1973 in milliseconds, the year 5138 in seconds
FIRST_US_AFTER_MS = 100_000_000_000_000  # the year 5138 in milliseconds, 1973 in microseconds
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """How far a timestamp may be from now.

    Attributes:
        max_future_ms: Ahead; device clocks drift a little.
        max_age_ms: Behind; raw data is not kept for longer.
    """

    max_future_ms: float = 300_000
    max_age_ms: float = 30 * DAY_MS


class Plausibility:
    """Judges the readings of one kind."""

    def __init__(self, kind: Kind, window: TimeWindow) -> None:
        self._kind = kind
        self._window = window
        self._low = np.array([field.hard[0] for field in kind.fields])
        self._high = np.array([field.hard[1] for field in kind.fields])

    def implausible(
        self, ts_ms: NDArray[np.float64], values: NDArray[np.float64], now_ms: int
    ) -> NDArray[np.bool_]:
        """Return which readings cannot be.

        Args:
            ts_ms: Shape (n,).
            values: Shape (n, fields), NaN where absent.
            now_ms: The service's clock.
        """
        outside = ((values < self._low) | (values > self._high)).any(axis=1)
        empty = np.isnan(values).all(axis=1)
        future = ts_ms > now_ms + self._window.max_future_ms
        stale = ts_ms < now_ms - self._window.max_age_ms
        bad: NDArray[np.bool_] = outside | empty | future | stale
        return bad

    def explain(self, ts_ms: float, values: NDArray[np.float64], now_ms: int) -> Fault:
        """Say what is wrong with one reading that is implausible.

        Args:
            ts_ms: Its timestamp.
            values: Shape (fields,).
            now_ms: The service's clock, as it was asked with.
        """
        if np.isnan(values).all():
            message = f"none of the fields of {self._kind.name} is in it"
            return Fault(reason="schema", message=message, place="$")
        age_ms = now_ms - ts_ms
        if -age_ms > self._window.max_future_ms:
            message = f"{_moment(ts_ms)} is {_span(-age_ms)} ahead of the service's clock"
            return Fault(reason="future", message=message, place="$.ts")
        if age_ms > self._window.max_age_ms:
            limit = _span(self._window.max_age_ms)
            message = f"{_moment(ts_ms)} is {_span(age_ms)} old; raw data is kept for {limit}"
            return Fault(reason="stale", message=message, place="$.ts")
        return self._out_of_range(values)

    def _out_of_range(self, values: NDArray[np.float64]) -> Fault:
        column = int(((values < self._low) | (values > self._high)).argmax())
        field = self._kind.fields[column]
        low, high = field.hard
        message = f"{values[column]:g} is outside {low:g}…{high:g} {field.unit}".rstrip()
        return Fault(reason="range", message=message, place=f"$.{field.name}")


def _moment(ts_ms: float) -> str:
    if abs(ts_ms) < FIRST_MS_AFTER_SECONDS:
        return f"{ts_ms:.0f} (seconds? want Unix milliseconds)"
    if abs(ts_ms) > FIRST_US_AFTER_MS:
        return f"{ts_ms:.0f} (micro- or nanoseconds? want Unix milliseconds)"
    return datetime.fromtimestamp(ts_ms / 1000, UTC).isoformat(timespec="seconds")


def _span(span_ms: float) -> str:
    for unit, size_ms in (("days", DAY_MS), ("h", 3_600_000), ("min", 60_000)):
        if span_ms >= 2 * size_ms:
            return f"{span_ms / size_ms:.0f} {unit}"
    return f"{span_ms / 1000:.0f} s"

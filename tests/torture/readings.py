"""Numbered messages: what is published under a number, and what must become of it.

Nothing is remembered: a number tells everything, so that millions can be judged.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from ingest.core.rejection import Reason

KIND = "smart_meter"
SITE = "town"
FIELDS = ("voltage_l1_v", "active_power_w")
BAD_EVERY = 97  # no divisor of a usual number of devices, so that all devices have their share
DAY_MS = 86_400_000

_SEQ = re.compile(rb'"seq":(\d+)')
_TS = re.compile(rb'"ts":(\d+)')
_INDEX = re.compile(r"[mM]-(\d+)\Z")
_LINE = re.compile(rb"device=m-(\d+)[ ,].* (\d+)\Z")


class Sort(StrEnum):
    """What is right or wrong with a message."""

    GOOD = "good"
    MIXED = "a good reading and a bad one in an array"
    JSON = "cut off"
    SCHEMA = "a number as text"
    RANGE = "more volts than any grid"
    FUTURE = "from tomorrow"
    STALE = "a time in seconds"
    TOPIC = "an upper-case topic"
    KIND = "an unknown kind"
    REFUSED = "a field that has another type in the database"


_REJECTED = tuple(sort for sort in Sort if sort not in {Sort.GOOD, Sort.REFUSED})
BAD_SORTS = (Sort.REFUSED, *_REJECTED * 20)  # one is searched for with some thirty write calls
REASONS: dict[Sort, Reason] = {
    Sort.MIXED: "schema",
    Sort.JSON: "json",
    Sort.SCHEMA: "schema",
    Sort.RANGE: "range",
    Sort.FUTURE: "future",
    Sort.STALE: "stale",
    Sort.TOPIC: "topic",
    Sort.KIND: "kind",
    Sort.REFUSED: "refused",
}


class Row(NamedTuple):
    """A reading as the database has it."""

    device: str
    site: str
    ts_ms: int
    voltage_v: float | None
    power_w: float | None


class Letter(NamedTuple):
    """A dead letter, as far as it is known beforehand."""

    topic: str
    reason: Reason
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Meters that report in turn, each with a time and a `seq` of its own for every reading.

    Attributes:
        start_ms: Time of the first reading, Unix milliseconds.
        devices: How many meters.
        step_ms: From one reading of a meter to its next.
    """

    start_ms: int
    devices: int
    step_ms: int

    def sort(self, number: int) -> Sort:
        """Return what is right or wrong with a message."""
        if number % BAD_EVERY:
            return Sort.GOOD
        return BAD_SORTS[number // BAD_EVERY % len(BAD_SORTS)]

    def device(self, number: int) -> str:
        """Return the meter that a message is of."""
        return f"m-{number % self.devices}"

    def seq(self, number: int) -> int:
        """Return the meter's own count."""
        return number // self.devices

    def topic(self, number: int) -> str:
        """Return where a message is published."""
        device, kind = self.device(number), KIND
        sort = self.sort(number)
        if sort is Sort.TOPIC:
            device = device.upper()
        elif sort is Sort.KIND:
            kind = "smart_metre"
        return f"telemetry/{SITE}/{kind}/{device}"

    def payload(self, number: int) -> bytes:
        """Return what is published."""
        good = self._good(number)
        match self.sort(number):
            case Sort.MIXED:
                return b"[%b,%b]" % (good, self._flawed(number))
            case Sort.JSON:
                return good[:-1]
            case Sort.SCHEMA | Sort.RANGE | Sort.FUTURE | Sort.STALE | Sort.REFUSED:
                return self._flawed(number)
            case _:
                return good

    def row(self, number: int) -> Row | None:
        """Return what must be in the database, or None if nothing of this message may be."""
        if self.sort(number) not in {Sort.GOOD, Sort.MIXED}:
            return None
        voltage_v, power_w = self._values(number)
        return Row(self.device(number), SITE, self._ts_ms(number), voltage_v, power_w)

    def letter(self, number: int) -> Letter | None:
        """Return what must be among the dead letters, or None if nothing of this message may be."""
        sort = self.sort(number)
        if sort is Sort.GOOD:
            return None
        payload = self.payload(number)
        if sort is Sort.MIXED:
            payload = self._flawed(number)
        elif sort is Sort.REFUSED:  # what comes back from a line knows no `seq`
            payload = b'{"ts":%d,"frequency_hz":50.01}' % self._ts_ms(number)
        return Letter(self.topic(number), REASONS[sort], payload)

    def letter_of_a_slow_clock(self, number: int) -> Letter:
        """Return the dead letter that a message becomes while the service's clock is behind."""
        payload = self._good(number) if self.sort(number) is Sort.MIXED else self.payload(number)
        return Letter(self.topic(number), "future", payload)

    def number_of(self, topic: str, payload: bytes) -> int | None:
        """Return the number of a message, an element of one or a letter; None for a stranger's."""
        index = _INDEX.search(topic)
        if index is None:
            return None
        if seq := _SEQ.search(payload):
            return int(seq[1]) * self.devices + int(index[1])
        ts_ms = _TS.search(payload)
        return self._at(int(index[1]), int(ts_ms[1])) if ts_ms else None

    def number_of_row(self, row: Row) -> int | None:
        """Return the number of a row by device and time; None if none of ours can have them."""
        index = _INDEX.search(row.device)
        return self._at(int(index[1]), row.ts_ms) if index else None

    def number_of_line(self, line: bytes) -> int | None:
        """Return the number of a line of line protocol; None for a stranger's."""
        found = _LINE.search(line)
        return self._at(int(found[1]), int(found[2])) if found else None

    def _at(self, index: int, ts_ms: int) -> int | None:
        seq, rest = divmod(ts_ms - self.start_ms, self.step_ms)
        if rest or seq < 0 or index >= self.devices:
            return None
        return seq * self.devices + index

    def _ts_ms(self, number: int) -> int:
        return self.start_ms + self.seq(number) * self.step_ms

    def _values(self, number: int) -> tuple[float, float]:
        return (2_150 + number % 150) / 10, float(100 + number % 4_999)

    def _good(self, number: int) -> bytes:
        voltage_v, power_w = self._values(number)
        return b'{"ts":%d,"seq":%d,"voltage_l1_v":%.1f,"active_power_w":%d}' % (
            self._ts_ms(number),
            self.seq(number),
            voltage_v,
            power_w,
        )

    def _flawed(self, number: int) -> bytes:
        ts_ms, fields = self._ts_ms(number), b'"voltage_l1_v":230'
        match self.sort(number):
            case Sort.RANGE:
                fields = b'"voltage_l1_v":500.5'
            case Sort.FUTURE:
                ts_ms += DAY_MS
            case Sort.STALE:
                ts_ms //= 1_000
            case Sort.REFUSED:
                fields = b'"frequency_hz":50.01'
            case _:
                fields = b'"voltage_l1_v":"230"'
        return b'{"ts":%d,"seq":%d,%b}' % (ts_ms, self.seq(number), fields)

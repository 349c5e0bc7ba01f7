"""What faults do to readings before anybody encodes them: to their times and to their values."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.faults.catalog import (
    AnyFault,
    ClockDrift,
    ClockSkew,
    Late,
    Silent,
    Spike,
    Stuck,
    UnitError,
)
from devices.faults.draws import drawn, keys_of
from devices.faults.lots import NO_FAULT, Codes, Lots
from devices.faults.plan import FaultPlan
from devices.readings import decimals_of
from devices.schema import Field, FieldType, Kind

CELSIUS = "°C"
HOUR_MS = 3_600_000

Ints = NDArray[np.int64]
Rows = NDArray[np.intp]


class Readings(NamedTuple):
    """Readings of the devices of one kind, those of each device together.

    Attributes:
        device: Shape (n,), rising: whose reading it is.
        ts_ms: Shape (n,), Unix milliseconds.
        seq: Shape (n,), each device's own count.
        values: Shape (n, fields), as `devices.readings.finish` gives them.
    """

    device: Ints
    ts_ms: Ints
    seq: Ints
    values: Floats


class Distorted(NamedTuple):
    """Readings as faulty devices show them.

    Attributes:
        fault: Shape (n,), the fault of the message that each reading is part of.
        ts_ms: Shape (n,), Unix milliseconds.
        values: Shape (n, fields).
    """

    fault: Codes
    ts_ms: Ints
    values: Floats


class Distortion:
    """Distorts the readings of some devices of one kind, message after message.

    Args:
        plan: The faults.
        seed: Of the run.
        kind: What the devices are.
        topics: Of the devices, in the order of `Readings.device`; they tell them apart.
        start_ms: When the run begins, Unix milliseconds.
    """

    def __init__(
        self, plan: FaultPlan, seed: int, kind: Kind, topics: Sequence[str], start_ms: int
    ) -> None:
        self._plan = plan
        self._seed = seed
        self._kind = kind
        self._start_ms = start_ms
        self._keys = keys_of(topics)
        self._lots = Lots(plan, seed)
        self._of_device = self._lots.of_devices(self._keys)
        gauges = [n for n, field in enumerate(kind.fields) if field.type is FieldType.GAUGE]
        # The sensor that a device's own fault is about, and which way its clock is wrong.
        which = (drawn(seed, "sensor", self._keys) * len(gauges)).astype(np.intp)
        self._gauges = np.array(gauges, np.intp)
        self._sensor = self._gauges[which]
        self._sign = np.where(drawn(seed, "sign", self._keys) < 0.5, -1, 1)
        self._held = np.full(len(self._keys), np.nan)

    def of(self, readings: Readings) -> Distorted:
        """Distort the readings of one round, in which each device speaks once at the most."""
        fault = self._faults(readings)
        distorted = Distorted(fault, readings.ts_ms.copy(), readings.values.copy())
        for code, entry in enumerate(self._plan.entries, start=1):
            (rows,) = (fault == code).nonzero()
            if len(rows):
                self._distort(entry, readings, distorted, rows)
        return distorted

    def _faults(self, readings: Readings) -> Codes:
        """Return the fault of each reading's message."""
        (last,) = _is_last(readings.device).nonzero()
        device = readings.device[last]
        own = self._of_device[device]
        drawn_ = self._lots.of_messages(self._keys[device], readings.seq[last])
        fault = np.where(own == NO_FAULT, drawn_, own)
        for code, entry in enumerate(self._plan.entries, start=1):
            if isinstance(entry, Silent):
                speaks = readings.ts_ms[last] < self._start_ms + entry.after_s * 1_000
                fault[(fault == code) & speaks] = NO_FAULT
        counts = np.diff(last, prepend=-1)
        return np.repeat(fault, counts)

    def _distort(
        self, entry: AnyFault, readings: Readings, distorted: Distorted, rows: Rows
    ) -> None:
        device = readings.device[rows]
        match entry:
            case Late(by_s=by_s):
                distorted.ts_ms[rows] -= round(by_s * 1_000)
            case ClockSkew(by_s=by_s):
                distorted.ts_ms[rows] += self._sign[device] * round(by_s * 1_000)
            case ClockDrift(per_hour_s=per_hour_s):
                gone_ms = readings.ts_ms[rows] - self._start_ms
                wrong_ms = np.rint(gone_ms * (per_hour_s * 1_000 / HOUR_MS)).astype(np.int64)
                distorted.ts_ms[rows] += self._sign[device] * wrong_ms
            case Stuck():
                self._stick(readings, distorted, rows)
            case UnitError(factor=factor):
                self._in_other_unit(distorted, rows, self._sensor[device], factor)
            case Spike(spans=spans):
                self._spike(readings, distorted, rows, spans)

    def _stick(self, readings: Readings, distorted: Distorted, rows: Rows) -> None:
        device = readings.device[rows]
        columns = self._sensor[device]
        shown = distorted.values[rows, columns]
        # Backwards, as of several values for one device the last that is assigned stays.
        fresh = (np.isnan(self._held[device]) & ~np.isnan(shown)).nonzero()[0][::-1]
        self._held[device[fresh]] = shown[fresh]
        distorted.values[rows, columns] = np.where(np.isnan(shown), shown, self._held[device])

    def _in_other_unit(
        self, distorted: Distorted, rows: Rows, columns: Rows, factor: float
    ) -> None:
        for column in np.unique(columns).tolist():
            field = self._kind.fields[column]
            of_field = rows[columns == column]
            shown = distorted.values[of_field, column]
            other = shown * 1.8 + 32 if field.unit == CELSIUS else shown * factor
            distorted.values[of_field, column] = _rounded(field, other)

    def _spike(self, readings: Readings, distorted: Distorted, rows: Rows, spans: float) -> None:
        rows = rows[_is_last(readings.device)[rows]]
        keys, seq = self._keys[readings.device[rows]], readings.seq[rows]
        which = (drawn(self._seed, "spike", keys, seq) * len(self._gauges)).astype(np.intp)
        sign = np.where(drawn(self._seed, "spike up", keys, seq) < 0.5, -1.0, 1.0)
        columns = self._gauges[which]
        for column in np.unique(columns).tolist():
            field = self._kind.fields[column]
            low, high = field.typical or field.hard
            chosen = columns == column
            far = sign[chosen] * spans * (high - low)
            values = distorted.values[rows[chosen], column] + far
            distorted.values[rows[chosen], column] = _rounded(field, values)


def _is_last(device: Ints) -> NDArray[np.bool_]:
    """Tell of each reading whether it is the last of its message."""
    is_last = np.ones(len(device), np.bool_)
    is_last[:-1] = device[1:] != device[:-1]
    return is_last


def _rounded(field: Field, values: Floats) -> Floats:
    """Return values in as many decimals as the field is sent with."""
    return np.round(values, decimals_of(field.resolution or 1.0)) + 0.0

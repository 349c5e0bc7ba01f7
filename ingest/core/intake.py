"""Collects the readings of one kind message by message, and gives them back as one frame."""

import numpy as np
from numpy.typing import NDArray

from devices.schema import Kind
from ingest.core.frame import NO_SEQ, Frame, Source
from ingest.core.payload import Fault, Parsed, PayloadDecoder, PayloadLimits, Reading, values_of
from ingest.core.plausibility import Plausibility, TimeWindow

PlacedFault = tuple[int, Fault]
"""A fault and the position of its message in the batch."""


class Intake:
    """The readings of one kind in the batch at hand.

    Attributes:
        kind: Schema of the readings.
        decode: See `PayloadDecoder.decode`.
        examine: See `PayloadDecoder.examine`.
        readings: What was collected so far,
        devices: the index of the device each came from,
        origins: and the position of its message in the batch.
    """

    def __init__(self, kind: Kind, limits: PayloadLimits, window: TimeWindow) -> None:
        self.kind = kind
        self.adopt(limits, window)
        self._clear()

    def adopt(self, limits: PayloadLimits, window: TimeWindow) -> None:
        """Go by other limits from now on; to be called between two batches."""
        decoder = PayloadDecoder(self.kind, limits)
        self.decode, self.examine = decoder.decode, decoder.examine
        self._plausibility = Plausibility(self.kind, window)

    def _clear(self) -> None:
        self.readings: list[Reading] = []
        self.devices: list[int] = []
        self.origins: list[int] = []
        self._elements: dict[int, int] = {}  # of the readings that came in an array

    def add(self, parsed: Parsed, device: int, origin: int) -> None:
        """Take the readings of a payload that was looked at twice."""
        if parsed.elements is not None:
            self._elements.update(enumerate(parsed.elements, start=len(self.readings)))
        self.readings.extend(parsed.readings)
        self.devices.extend([device] * len(parsed.readings))
        self.origins.extend([origin] * len(parsed.readings))

    def harvest(
        self, sources: list[Source], now_ms: int, faults: list[PlacedFault]
    ) -> tuple[Frame, list[int]]:
        """Return what was collected and the message each reading came from, and start anew.

        Implausible readings are left out and appended to `faults`.
        """
        stamped = _matrix(self.readings, 2 + len(self.kind.fields))
        ts_ms, seq, values = stamped[:, 0], stamped[:, 1], stamped[:, 2:]
        ts_ms = np.where(np.isnan(ts_ms), now_ms, ts_ms)
        device = np.array(self.devices, dtype=np.int32)
        origins = self.origins
        bad = self._plausibility.implausible(ts_ms, values, now_ms)
        if bad.any():
            for row in np.flatnonzero(bad).tolist():
                fault = self._plausibility.explain(float(ts_ms[row]), values[row], now_ms)
                faults.append((origins[row], fault.at_element(self._elements.get(row))))
            good = ~bad
            ts_ms, seq, values, device = ts_ms[good], seq[good], values[good], device[good]
            origins = [origins[row] for row in np.flatnonzero(good).tolist()]
        frame = Frame(
            kind=self.kind,
            sources=sources,
            device=device,
            ts_ms=ts_ms.astype(np.int64),
            seq=np.where(np.isnan(seq), NO_SEQ, seq).astype(np.int64),
            values=values,
        )
        self._clear()
        return frame, origins


def _matrix(readings: list[Reading], columns: int) -> NDArray[np.float64]:
    try:
        flat = np.fromiter(values_of(readings), np.float64, len(readings) * columns)
    except TypeError:  # a field given as null; rare, and five times slower this way
        flat = np.array(list(values_of(readings)), dtype=np.float64)
    return flat.reshape(len(readings), columns)

"""Notices which devices changed a state, and so have something to say out of their turn."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.schema import FieldType, Kind

STATES = {FieldType.STATE, FieldType.BOOLEAN}


class StateChanges:
    """Compares the states and booleans of n devices with those it saw last.

    What a device does not report is no change, neither when it falls silent nor when it speaks
    again with the state that it had.
    """

    def __init__(self, kind: Kind, count: int) -> None:
        self._names = [field.name for field in kind.fields if field.type in STATES]
        self._last = np.full((len(self._names), count), np.nan)

    def seen_in(self, arrays: Mapping[str, Floats]) -> NDArray[np.bool_]:
        """Take what a step returned; tell for each device whether a state of it is another now."""
        states = np.full(self._last.shape, np.nan)
        for row, name in enumerate(self._names):
            if name in arrays:
                states[row] = arrays[name]
        # Nothing equals NaN, nor differs from it here: it is neither less nor greater.
        changed = (states < self._last) | (states > self._last)
        np.copyto(self._last, states, where=~np.isnan(states))
        return np.asarray(changed.any(axis=0))

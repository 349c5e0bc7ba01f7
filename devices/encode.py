"""What a device sends: the topic, and the readings as JSON.

Written without a look at how the service decodes, so that a mistake in one is not repeated in the
other. Readings of a kind are encoded many at a time: columns become a msgspec struct per reading,
whose keys are known beforehand, which is several times as fast as a dict per reading.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from math import isnan
from typing import TypeAlias

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from devices.arrays import Floats
from devices.readings import decimals_of
from devices.schema import Field, FieldType, Kind

Cell: TypeAlias = float | int | str | bool | UnsetType
Spelling: TypeAlias = Callable[[float], Cell]

_encode_json = msgspec.json.Encoder().encode


def telemetry_topic(site: str, kind: str, device: str) -> str:
    """Return the topic that a device's readings are published on."""
    return f"telemetry/{site}/{kind}/{device}"


def status_topic(site: str, gateway: str) -> str:
    """Return the topic that a gateway's retained status is published on."""
    return f"status/{site}/{gateway}"


def encode_status(state: str, ts_ms: int) -> bytes:
    """Return a gateway's status message: `state` is `online` or `offline`."""
    return _encode_json({"state": state, "ts": ts_ms})


def encode_upload(payloads: Sequence[bytes]) -> bytes:
    """Join encoded readings of one device into the array that uploads a backlog."""
    return b"[%b]" % b",".join(payloads)


class ReadingEncoder:
    """Encodes readings of one kind as flat JSON objects.

    Fields stand in the kind's order after `ts` and `seq`. Absent ones are left out, states are
    words, booleans `true` and `false`; numbers have the decimals of the field's resolution and
    no more, and none at all where the resolution is whole.
    """

    def __init__(self, kind: Kind) -> None:
        # Dividing a whole number by a power of ten gives the very float that the shortest decimal
        # names, so 229.8 never becomes 229.79999999999998.
        self._scale = np.array([10.0 ** _decimals(field) for field in kind.fields])
        self._spellings = [_spelling(field) for field in kind.fields]
        self._struct = msgspec.defstruct(
            kind.name,
            [
                ("ts", int),
                ("seq", int),
                *((field.name, float | str | UnsetType, UNSET) for field in kind.fields),
            ],
            gc=False,
        )

    def encode(
        self, ts_ms: int | NDArray[np.int64], seq: NDArray[np.int64], values: Floats
    ) -> list[bytes]:
        """Encode n readings.

        Args:
            ts_ms: Unix milliseconds, of all readings or shape (n,).
            seq: Sequence numbers, shape (n,).
            values: Shape (n, fields), as `devices.readings.finish` gives them: NaN for absent,
                states as codes, booleans as 0 and 1.

        Returns:
            One JSON object per reading.
        """
        stamps: Iterable[int] = repeat(ts_ms) if isinstance(ts_ms, int) else ts_ms.tolist()
        rows = map(self._struct, stamps, seq.tolist(), *self._columns(values))
        return list(map(_encode_json, rows))

    def _columns(self, values: Floats) -> list[list[Cell]]:
        # The zero added makes -0.0 a plain zero.
        columns: list[list[float]] = (np.rint(values * self._scale) / self._scale + 0.0).T.tolist()
        # What a column with gaps holds must be looked at cell by cell; most have none.
        gaps: NDArray[np.bool_] = np.logical_or.reduce(np.isnan(values))
        return [
            _with_gaps(cells, spell) if has_gaps else _spelled(cells, spell)
            for cells, spell, has_gaps in zip(columns, self._spellings, gaps.tolist(), strict=True)
        ]


def _spelled(cells: list[float], spell: Spelling | None) -> list[Cell]:
    return list(map(spell, cells) if spell else cells)


def _with_gaps(cells: list[float], spell: Spelling | None) -> list[Cell]:
    return [UNSET if isnan(cell) else spell(cell) if spell else cell for cell in cells]


def _spelling(field: Field) -> Spelling | None:
    """Return what turns a cell into what JSON shall show; None leaves it a float."""
    if field.type is FieldType.BOOLEAN:
        return bool
    if field.states:
        # A float finds the entry of the integer that it equals.
        return dict(enumerate(field.states)).__getitem__  # type: ignore[return-value]
    return None if _decimals(field) else int


def _decimals(field: Field) -> int:
    return 0 if field.resolution is None else decimals_of(field.resolution)

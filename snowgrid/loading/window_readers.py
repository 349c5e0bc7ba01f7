"""What the rollups of a store say of how many readings each window of each device holds."""

from contextlib import AbstractAsyncContextManager, aclosing
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.rollups.tiers import Tiers, device_measurement
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_query import Asking
from snowgrid.loading.expected import Place


class Counted(NamedTuple):
    """Windows of devices.

    Attributes:
        device: Names, n of them.
        start_ms: Shape (n,), when each window begins, Unix milliseconds.
        readings: Shape (n,), how many of the field it counts.
    """

    device: list[str]
    start_ms: NDArray[np.int64]
    readings: NDArray[np.int64]


class WindowReader(AbstractAsyncContextManager["WindowReader"], Protocol):
    """Reads rollups by device, of the shortest windows. Entering connects.

    Attributes:
        length_ms: Of the windows.

    Raises:
        StoreError: The store does not answer.
    """

    length_ms: int

    async def counts(self, place: Place, field: str, from_ms: int, to_ms: int) -> Counted:
        """Return how often a field is counted in the windows that begin in `[from_ms, to_ms)`."""
        ...


class InfluxdbWindows(Asking, WindowReader):
    """Implements `WindowReader` over the bucket of rollups."""

    def __init__(self, settings: InfluxdbSettings, tiers: Tiers) -> None:
        super().__init__(settings.for_rollups())
        self.length_ms, self._suffix = tiers.lengths_ms[0], tiers.suffixes[0]

    async def counts(self, place: Place, field: str, from_ms: int, to_ms: int) -> Counted:
        """Return how often a field is counted in the windows of a span."""
        table = device_measurement(place.kind, self._suffix)
        asked = (
            f'SELECT "{field}_count" FROM "{table}" WHERE "site" = \'{place.site}\' '  # noqa: S608 - topic levels hold no quotes
            f'AND time >= {from_ms}ms AND time < {to_ms}ms GROUP BY "device"'
        )
        rows: list[tuple[str, int, float | None]] = []
        async with aclosing(self._query.ask(asked)) as answer:
            async for series in answer:
                device = series.tags["device"]
                rows += [(device, int(at or 0), _number(count)) for at, count in series.values]
        return counted(rows)


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def counted(rows: list[tuple[str, int, float | None]]) -> Counted:
    """Return rows of device, begin and count as `Counted`; a count that is not there is 0."""
    return Counted(
        [device for device, _, _ in rows],
        np.array([start_ms for _, start_ms, _ in rows], np.int64),
        np.array([int(count or 0) for _, _, count in rows], np.int64),
    )

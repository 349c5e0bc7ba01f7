"""Raw readings out of InfluxDB."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

import numpy as np
from numpy.typing import NDArray

from devices.schema import Field, FieldType, Kind
from ingest.rollups.history import History
from ingest.stores.influxdb_query import Asking, Series, Value
from ingest.stores.raw import RawReader


class InfluxdbReader(Asking, RawReader):
    """Implements `RawReader` over the bucket of readings."""

    async def sites(self, kind: Kind) -> list[str]:
        """Return the sites of which readings of a kind are there, in order."""
        found: set[str] = set()
        asked = f'SHOW TAG VALUES FROM "{kind.name}" WITH KEY = "site"'
        async with aclosing(self._query.ask(asked)) as answer:
            async for series in answer:
                found.update(str(row[-1]) for row in series.values)
        return sorted(found)

    async def history(self, kind: Kind, site: str, from_ms: int, to_ms: int) -> History:
        """Return the readings of a kind at a site in `[from_ms, to_ms)`."""
        fields = ", ".join(f'"{field.name}"' for field in kind.fields)
        asked = (
            f'SELECT {fields} FROM "{kind.name}" WHERE "site" = \'{site}\' '  # noqa: S608 - topic levels hold no quotes
            f'AND time >= {from_ms}ms AND time < {to_ms}ms GROUP BY "device"'
        )
        gathered = _Gathered(kind)
        async with aclosing(self._query.ask(asked)) as answer:
            async for series in answer:
                # Beside the event loop, which has live work to do meanwhile.
                await asyncio.to_thread(gathered.add, series)
        return gathered.history()


class _Gathered:
    """Series turned into arrays one by one, so that their objects need not be kept."""

    def __init__(self, kind: Kind) -> None:
        self._numbers = [_numbers_of(field) for field in kind.fields]
        self._devices: dict[str, int] = {}
        self._device: list[NDArray[np.int32]] = [np.empty(0, np.int32)]
        self._ts_ms: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
        self._values: list[NDArray[np.float64]] = [np.empty((0, len(kind.fields)))]

    def add(self, series: Series) -> None:
        index = self._devices.setdefault(series.tags["device"], len(self._devices))
        ts_ms, *columns = zip(*series.values, strict=True)
        self._device.append(np.full(len(ts_ms), index, np.int32))
        self._ts_ms.append(np.array(ts_ms, np.int64))
        values = [numbers(column) for numbers, column in zip(self._numbers, columns, strict=True)]
        self._values.append(np.stack(values, axis=1))

    def history(self) -> History:
        return History(
            devices=list(self._devices),
            device=np.concatenate(self._device),
            ts_ms=np.concatenate(self._ts_ms),
            values=np.concatenate(self._values),
        )


def _numbers_of(field: Field) -> Callable[[Sequence[Value]], NDArray[np.float64]]:
    """Return what makes the numbers of a frame from a column; None becomes NaN."""
    if field.type is not FieldType.STATE:
        return _numbers
    codes = {state: float(code) for code, state in enumerate(field.states)}
    return lambda column: np.array([codes.get(str(word)) for word in column], np.float64)


def _numbers(column: Sequence[Value]) -> NDArray[np.float64]:
    try:
        return np.array(column, np.float64)
    except ValueError:  # a field may have another type where somebody else has written it
        ours = [None if isinstance(value, str) else value for value in column]
        return np.array(ours, np.float64)

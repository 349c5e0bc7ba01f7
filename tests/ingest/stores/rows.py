"""Derived rows made by hand, and reading them back from any store."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.core.rows import Bucket, Rows
from tests.ingest.stores.frames import START_MS

Stored = dict[str, str | float | int]
"""A row as a database has it: `ts_ms`, tags and values by name, without what is absent."""


def rows_of(
    values: Mapping[str, Sequence[float | str | None]],
    *,
    bucket: Bucket = Bucket.ROLLUP,
    measurement: str = "test_gun_1m",
    device: str = "g",
    first_ms: int = START_MS,
) -> Rows:
    """Make rows of devices `g0`, `g1` …; sequences of floats become columns of floats."""
    n = len(next(iter(values.values())))
    return Rows(
        bucket=bucket,
        measurement=measurement,
        tags={"site": ["ridge"] * n, "device": [f"{device}{number}" for number in range(n)]},
        ts_ms=np.full(n, first_ms, np.int64),
        columns={name: _column(column) for name, column in values.items()},
    )


def _column(values: Sequence[float | str | None]) -> NDArray[np.float64] | list[str | None]:
    texts = [value for value in values if value is None or isinstance(value, str)]
    return texts if len(texts) == len(values) else np.array(values, np.float64)


def in_order(rows: Sequence[Stored]) -> list[Stored]:
    return sorted(rows, key=lambda row: (row["ts_ms"], str(row.get("device", ""))))

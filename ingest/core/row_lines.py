"""Rows that were derived from readings, as InfluxDB line protocol, timestamps in milliseconds."""

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ingest.core.line_columns import LineColumn, join_lines, numbers
from ingest.core.rows import Rows

ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": " ", "\r": " "})
"""What a text must not hold as it is; a line break would end the line where lines are counted."""


def encode_rows(rows: Rows) -> bytes:
    """Return one line a row, each ended by a newline; absent values and empty tags are left out."""
    columns = [_column(name, values) for name, values in rows.columns.items()]
    return join_lines(_heads(rows), columns, rows.ts_ms)


def _heads(rows: Rows) -> list[str]:
    heads = [rows.measurement] * len(rows)
    for name, values in rows.tags.items():
        pairs = zip(heads, values, strict=True)
        heads = [f"{head},{name}={value}" if value else head for head, value in pairs]
    return [f"{head} " for head in heads]


def _column(name: str, values: NDArray[np.float64] | Sequence[str | None]) -> LineColumn:
    if isinstance(values, np.ndarray):
        return LineColumn(name, ~np.isnan(values), partial(numbers, values))
    present = np.array([text is not None for text in values], dtype=bool)
    return LineColumn(name, present, partial(_texts, values))


def _texts(values: Sequence[str | None]) -> list[str]:
    return [f'"{(text or "").translate(ESCAPES)}"' for text in values]

"""Frames to InfluxDB line protocol, timestamps in milliseconds.

Nothing needs escaping, because topics and kinds cannot hold a character that would.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from devices.schema import Field, FieldType
from ingest.core.frame import Frame
from ingest.core.line_columns import LineColumn, join_lines, numbers
from ingest.core.topics import TELEMETRY


def encode(frame: Frame) -> bytes:
    """Return one line a reading, each ended by a newline; absent fields are left out.

    Every reading has at least one field, which decoding has made sure of.
    """
    heads = [frame.sources[index].prefix for index in frame.device.tolist()]
    present = ~np.isnan(frame.values)
    values = np.ascontiguousarray(frame.values.T)
    columns = [
        LineColumn(field.name, present[:, column], partial(_texts, field, values[column]))
        for column, field in enumerate(frame.kind.fields)
    ]
    return join_lines(heads, columns, frame.ts_ms)


def _texts(field: Field, column: NDArray[np.float64]) -> list[str]:
    """Return the text of every value; what stands for an absent one is not to be used."""
    if field.type is FieldType.STATE:
        return _words(column, [f'"{state}"' for state in field.states])
    if field.type is FieldType.BOOLEAN:
        return _words(column, ["false", "true"])
    return numbers(column)


def _words(column: NDArray[np.float64], words: list[str]) -> list[str]:
    return [words[code] for code in np.nan_to_num(column).astype(np.intp).tolist()]


def to_message(line: bytes) -> tuple[str, bytes]:
    """Return topic and payload of the message whose reading became a line of `encode`'s.

    `seq` and unknown fields are gone; what the database was to keep is all there.
    """
    head, rest = line.decode("ascii").split(" ", 1)
    fields, ts_ms = rest.rstrip("\n").rsplit(" ", 1)
    kind, site, device = head.split(",")
    topic = "/".join((TELEMETRY, site.removeprefix("site="), kind, device.removeprefix("device=")))
    values = (pair.split("=") for pair in fields.split(","))
    members = "".join(f',"{name}":{value}' for name, value in values)
    return topic, f'{{"ts":{ts_ms}{members}}}'.encode("ascii")

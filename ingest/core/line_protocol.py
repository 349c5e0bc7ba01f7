"""Frames to InfluxDB line protocol, timestamps in milliseconds.

Numbers are turned into text a column at a time by orjson, which prints a float array several
times faster than `repr` prints its elements. Per reading there is one `%` on a template; names
and states need no escaping, because topics and kinds cannot hold a character that would.
"""

from collections.abc import Iterator

import numpy as np
import orjson
from numpy.typing import NDArray

from devices.schema import Field, FieldType
from ingest.core.frame import Frame

BOOLEAN_WORDS = ("false", "true")


def encode(frame: Frame) -> bytes:
    """Return one line a reading, each ended by a newline; absent fields are left out.

    Every reading has at least one field, which decoding has made sure of.
    """
    if len(frame) == 0:
        return b""
    absent = np.isnan(frame.values)
    times_absent = absent.sum(axis=0).tolist()
    columns = np.ascontiguousarray(frame.values.T)
    names: list[str] = []
    texts: list[list[str]] = []
    sparse: list[Iterator[str]] = []
    for position, field in enumerate(frame.kind.fields):
        if times_absent[position] == 0:
            names.append(field.name)
            texts.append(_texts(field, columns[position]))
        elif times_absent[position] < len(frame):
            sparse.append(_sparse_texts(field, columns[position], absent[:, position]))
    sources = frame.sources
    prefixes = [sources[index].prefix for index in frame.device.tolist()]
    stamps = _numbers(frame.ts_ms)
    extra = ["".join(row) for row in zip(*sparse, strict=True)] if sparse else [""] * len(frame)
    if not names:
        extra = [text[1:] for text in extra]
    template = "%s" + ",".join(f"{name}=%s" for name in names) + "%s %s\n"
    rows = zip(prefixes, *texts, extra, stamps, strict=True)
    return "".join([template % row for row in rows]).encode("ascii")


def _numbers(array: NDArray[np.float64] | NDArray[np.int64]) -> list[str]:
    return orjson.dumps(array, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode("ascii").split(",")


def _texts(field: Field, column: NDArray[np.float64]) -> list[str]:
    """Text of every value of a column; what it gives for absent ones is not to be used."""
    if field.type is FieldType.STATE:
        words = [f'"{state}"' for state in field.states]
    elif field.type is FieldType.BOOLEAN:
        words = list(BOOLEAN_WORDS)
    else:
        return _numbers(column)
    return [words[code] for code in np.nan_to_num(column).astype(np.intp).tolist()]


def _sparse_texts(
    field: Field, column: NDArray[np.float64], absent: NDArray[np.bool_]
) -> Iterator[str]:
    """Yield `,name=value` for each value of a column, and an empty text for an absent one."""
    for text, missing in zip(_texts(field, column), absent.tolist(), strict=True):
        yield "" if missing else f",{field.name}={text}"

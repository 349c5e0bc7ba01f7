"""Frames to InfluxDB line protocol, timestamps in milliseconds.

Everything happens a column at a time: orjson prints a column of floats several times faster than
`repr` prints its elements, and the columns of text are dealt into one flat list that is joined at
the end. Nothing needs escaping, because topics and kinds cannot hold a character that would.
"""

import numpy as np
import orjson
from numpy.typing import NDArray

from devices.schema import Field, FieldType
from ingest.core.frame import Frame
from ingest.core.topics import TELEMETRY


def encode(frame: Frame) -> bytes:
    """Return one line a reading, each ended by a newline; absent fields are left out.

    Every reading has at least one field, which decoding has made sure of.
    """
    n = len(frame)
    if n == 0:
        return b""
    absent = np.isnan(frame.values)
    times_absent = absent.sum(axis=0)
    # Fields that every reading has come first: then all others follow a comma.
    order = [c for c in np.argsort(times_absent, kind="stable").tolist() if times_absent[c] < n]
    columns = np.ascontiguousarray(frame.values.T)
    width = 2 * len(order) + 4
    pieces = [""] * (n * width)
    pieces[0::width] = [frame.sources[index].prefix for index in frame.device.tolist()]
    begun: NDArray[np.bool_] = np.zeros(n, dtype=bool)
    for place, column in enumerate(order):
        field, present = frame.kind.fields[column], ~absent[:, column]
        names, texts = _names(field, begun), _texts(field, columns[column])
        if times_absent[column]:
            names, texts = _where(present, names), _where(present, texts)
        pieces[1 + 2 * place :: width] = names
        pieces[2 + 2 * place :: width] = texts
        begun |= present
    pieces[width - 3 :: width] = [" "] * n
    pieces[width - 2 :: width] = _numbers(frame.ts_ms)
    pieces[width - 1 :: width] = ["\n"] * n
    return "".join(pieces).encode("ascii")


def _names(field: Field, begun: NDArray[np.bool_]) -> list[str]:
    """Return `name=` for each reading, after a comma where its fields have begun."""
    first, later = f"{field.name}=", f",{field.name}="
    if begun.all():
        return [later] * len(begun)
    return [later if after else first for after in begun.tolist()]


def _texts(field: Field, column: NDArray[np.float64]) -> list[str]:
    """Return the text of every value; what stands for an absent one is not to be used."""
    if field.type is FieldType.STATE:
        return _words(column, [f'"{state}"' for state in field.states])
    if field.type is FieldType.BOOLEAN:
        return _words(column, ["false", "true"])
    return _numbers(column)


def _words(column: NDArray[np.float64], words: list[str]) -> list[str]:
    return [words[code] for code in np.nan_to_num(column).astype(np.intp).tolist()]


def _numbers(column: NDArray[np.float64] | NDArray[np.int64]) -> list[str]:
    return orjson.dumps(column, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode("ascii").split(",")


def _where(present: NDArray[np.bool_], texts: list[str]) -> list[str]:
    pairs = zip(present.tolist(), texts, strict=True)
    return [text if is_there else "" for is_there, text in pairs]


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

"""Lines of line protocol put together a column at a time.

orjson prints a column of floats several times faster than `repr` prints its elements, and the
columns of text are dealt into one flat list that is joined at the end.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray


class LineColumn(NamedTuple):
    """One field of n lines.

    Attributes:
        name: Of the field.
        present: Shape (n,): which lines have it.
        texts: Returns the text of every value in a new list; an absent one may be anything.
    """

    name: str
    present: NDArray[np.bool_]
    texts: Callable[[], list[str]]


def join_lines(
    heads: Sequence[str], columns: Sequence[LineColumn], ts_ms: NDArray[np.int64]
) -> bytes:
    """Return one line for each head, each ended by a newline; absent fields are left out.

    Args:
        heads: Measurement and tags, with the space before the fields.
        columns: The fields; every line has at least one of them.
        ts_ms: Shape (n,), Unix milliseconds.
    """
    n = len(heads)
    if n == 0:
        return b""
    counts = np.array([np.count_nonzero(column.present) for column in columns], dtype=np.int64)
    # Fields that every line has come first: then all others follow a comma.
    order = [c for c in np.argsort(-counts, kind="stable").tolist() if counts[c]]
    width = 2 * len(order) + 4
    pieces = [""] * (n * width)
    pieces[0::width] = heads
    begun: NDArray[np.bool_] = np.zeros(n, dtype=bool)
    for place, index in enumerate(order):
        column = columns[index]
        names, texts = _names(column.name, begun), column.texts()
        if counts[index] < n:
            for row in np.flatnonzero(~column.present).tolist():
                names[row] = texts[row] = ""
        pieces[1 + 2 * place :: width] = names
        pieces[2 + 2 * place :: width] = texts
        begun |= column.present
    pieces[width - 3 :: width] = [" "] * n
    pieces[width - 2 :: width] = numbers(ts_ms)
    pieces[width - 1 :: width] = ["\n"] * n
    return "".join(pieces).encode("utf-8")


def numbers(column: NDArray[np.float64] | NDArray[np.int64]) -> list[str]:
    """Return every number as its shortest text that reads back as the same number."""
    return orjson.dumps(column, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode("ascii").split(",")


def _names(name: str, begun: NDArray[np.bool_]) -> list[str]:
    """Return `name=` for each line, after a comma where its fields have begun."""
    first, later = f"{name}=", f",{name}="
    if begun.all():
        return [later] * len(begun)
    return [later if after else first for after in begun.tolist()]

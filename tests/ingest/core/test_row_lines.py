import math
import re
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.core.row_lines import encode_rows
from ingest.core.rows import Bucket, Rows

FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^, ]+)')


def rows_of(
    columns: dict[str, NDArray[np.float64] | Sequence[str | None]],
    tags: dict[str, Sequence[str]] | None = None,
) -> Rows:
    n = len(next(iter(columns.values())))
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement="boiler_1m",
        tags={"site": ["plant"] * n} if tags is None else tags,
        ts_ms=np.arange(n, dtype=np.int64) * 60_000,
        columns=columns,
    )


def test_floats_and_texts_have_their_forms():
    rows = rows_of(
        {"power_w_mean": np.array([0.1 + 0.2, 5.0]), "mode_last": ["on", "off"]},
        {"site": ["plant", "plant"], "device": ["b-1", "b-2"]},
    )
    assert encode_rows(rows).decode().splitlines() == [
        'boiler_1m,site=plant,device=b-1 power_w_mean=0.30000000000000004,mode_last="on" 0',
        'boiler_1m,site=plant,device=b-2 power_w_mean=5.0,mode_last="off" 60000',
    ]


def test_absent_values_and_empty_tags_are_left_out():
    rows = rows_of(
        {"value": np.array([math.nan, 1.0]), "summary": ["warm", None]},
        {"device": ["", "b-2"]},
    )
    assert encode_rows(rows).decode().splitlines() == [
        'boiler_1m summary="warm" 0',
        "boiler_1m,device=b-2 value=1.0 60000",
    ]


def test_no_rows_are_no_lines():
    assert encode_rows(rows_of({"value": np.array([])})) == b""


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_every_text_stays_on_its_line_and_can_be_read_back(texts: list[str]):
    lines = encode_rows(rows_of({"summary": texts})).decode().split("\n")[:-1]
    for text, line in zip(texts, lines, strict=True):
        found = FIELD.search(line.removeprefix("boiler_1m,site=plant "))
        assert found is not None
        unescaped = re.sub(r"\\(.)", r"\1", found[2][1:-1])
        assert unescaped == text.replace("\n", " ").replace("\r", " ")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_survives_to_the_last_bit(values: list[float]):
    lines = encode_rows(rows_of({"value": np.array(values)})).decode().splitlines()
    assert [float(line.split(" ")[1].removeprefix("value=")) for line in lines] == values

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.schema import FieldType
from ingest.core.frame import Frame, Source
from ingest.core.line_protocol import encode
from tests.ingest.core.examples import BOILER, NOW_MS

SOURCES = [
    Source(
        index=index,
        site="plant",
        kind=BOILER,
        device=f"b-{index}",
        prefix=f"boiler,site=plant,device=b-{index} ",
    )
    for index in range(3)
]


def frame_of(rows: list[list[float]], devices: list[int] | None = None) -> Frame:
    n = len(rows)
    return Frame(
        kind=BOILER,
        sources=SOURCES,
        device=np.array(devices or [0] * n, dtype=np.int32),
        ts_ms=NOW_MS + np.arange(n, dtype=np.int64),
        seq=np.full(n, -1, dtype=np.int64),
        values=np.array(rows, dtype=np.float64).reshape(n, len(BOILER.fields)),
    )


def test_every_type_has_its_form():
    assert encode(frame_of([[21.5, 3, 0.01, 2, 1]], devices=[2])) == (
        b"boiler,site=plant,device=b-2 temperature_c=21.5,pressure_bar=3.0,"
        b'energy_import_kwh=0.01,boiler_state="HOT WATER",door_open=true 1760000000000\n'
    )


def test_absent_fields_are_left_out_wherever_they_stand():
    nan = math.nan
    lines = encode(
        frame_of([[nan, 3, nan, nan, nan], [1, nan, nan, 0, nan], [nan, nan, nan, nan, 0]])
    ).decode()
    assert lines.splitlines() == [
        "boiler,site=plant,device=b-0 pressure_bar=3.0 1760000000000",
        'boiler,site=plant,device=b-0 temperature_c=1.0,boiler_state="off" 1760000000001',
        "boiler,site=plant,device=b-0 door_open=false 1760000000002",
    ]


def test_an_empty_frame_is_no_lines():
    assert encode(frame_of([])) == b""


def _values(field):
    low, high = field.hard
    exact = st.floats(low, high, allow_nan=False)
    if field.type in {FieldType.STATE, FieldType.BOOLEAN}:
        exact = st.integers(int(low), int(high)).map(float)
    return st.none() | exact


@given(
    st.lists(
        st.tuples(*map(_values, BOILER.fields)).filter(lambda row: any(v is not None for v in row)),
        min_size=1,
        max_size=20,
    )
)
def test_every_value_survives_to_the_last_bit(rows: list[tuple[float | None, ...]]):
    frame = frame_of([[math.nan if v is None else v for v in row] for row in rows])
    for row, line in zip(rows, encode(frame).decode().splitlines(), strict=True):
        # States hold spaces, so the fields are what stands between the first and the last one.
        fields = line.split(" ", 1)[1].rsplit(" ", 1)[0]
        written = dict(pair.split("=") for pair in fields.split(","))
        expected = {f.name: v for f, v in zip(BOILER.fields, row, strict=True) if v is not None}
        assert written.keys() == expected.keys()
        for name, text in written.items():
            field = BOILER.fields[BOILER.column[name]]
            if field.type is FieldType.STATE:
                assert text == f'"{field.states[int(expected[name])]}"'
            elif field.type is FieldType.BOOLEAN:
                assert text == ("true" if expected[name] else "false")
            else:
                assert float(text) == expected[name]

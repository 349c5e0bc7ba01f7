"""Readings leave as the JSON that a device of their kind would send."""

import json
from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.encode import (
    ReadingEncoder,
    encode_status,
    encode_upload,
    status_topic,
    telemetry_topic,
)
from tests.devices.sample import SAMPLE

TS_MS = 1_760_000_000_000
NAN = float("nan")
ENCODER = ReadingEncoder(SAMPLE)


def encoded(*rows: list[float]) -> list[bytes]:
    return ENCODER.encode(TS_MS, np.arange(len(rows)), np.array(rows, ndmin=2))


def test_a_reading_is_one_flat_object_in_the_order_of_the_kind():
    (payload,) = encoded([229.8, 1520, 4426.05, 1, 0])
    assert payload == (
        b'{"ts":1760000000000,"seq":0,"voltage_l1_v":229.8,"active_power_w":1520,'
        b'"running_s":4426.05,"mode_state":"high","cover_open":false}'
    )


def test_absent_fields_are_left_out_of_their_reading_alone():
    absent, present = encoded([NAN, NAN, 1.0, NAN, NAN], [230.0, 5, 2.0, 0, 1])
    assert json.loads(absent) == {"ts": TS_MS, "seq": 0, "running_s": 1.0}
    assert json.loads(present)["mode_state"] == "low"
    assert json.loads(present)["cover_open"] is True


def test_every_reading_may_have_a_time_of_its_own():
    values = np.full((2, 5), 1.0)
    payloads = ENCODER.encode(np.array([TS_MS, TS_MS + 7]), np.array([4, 9]), values)
    assert [(r["ts"], r["seq"]) for r in map(json.loads, payloads)] == [
        (TS_MS, 4),
        (TS_MS + 7, 9),
    ]


def test_no_reading_encodes_to_no_payload():
    assert ENCODER.encode(TS_MS, np.arange(0), np.empty((0, 5))) == []


def test_a_value_that_rounds_to_zero_has_no_sign():
    assert b'"voltage_l1_v":0.0,"active_power_w":0,' in encoded([-0.01, -0.4, 0, 0, 0])[0]


@given(
    voltage_v=st.floats(0, 500),
    power_w=st.floats(-80_000, 80_000),
    running_s=st.floats(0, 1_000_000),
)
def test_numbers_carry_the_decimals_of_the_resolution_and_no_noise(voltage_v, power_w, running_s):
    (payload,) = encoded([voltage_v, power_w, running_s, 0, 0])
    reading = json.loads(payload, parse_float=Decimal, parse_int=Decimal)
    for name, value, decimals in (
        ("voltage_l1_v", voltage_v, 1),
        ("active_power_w", power_w, 0),
        ("running_s", running_s, 2),
    ):
        assert -reading[name].as_tuple().exponent <= max(decimals, 1)
        assert abs(float(reading[name]) - value) <= 0.5001 * 10**-decimals


@given(tenths=st.integers(0, 5_000))
def test_a_number_on_the_resolution_is_written_exactly(tenths):
    (payload,) = encoded([tenths * 0.1, 0, 0, 0, 0])
    assert f'"voltage_l1_v":{tenths // 10}.{tenths % 10},'.encode() in payload


def test_an_upload_is_an_array_of_readings():
    rows = encoded([1, 2, 3, 0, 0], [4, 5, 6, 1, 1])
    assert json.loads(encode_upload(rows)) == [json.loads(row) for row in rows]


def test_topics_and_status_are_as_the_contract_says():
    assert telemetry_topic("langfang", "smart_meter", "home-001") == (
        "telemetry/langfang/smart_meter/home-001"
    )
    assert status_topic("langfang", "building-01") == "status/langfang/building-01"
    assert encode_status("online", TS_MS) == b'{"state":"online","ts":1760000000000}'

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.registry import kind_named
from ingest.core.decode import Decoded
from ingest.core.payload import PayloadDecoder, PayloadLimits
from ingest.core.plausibility import TimeWindow
from ingest.core.rejection import DeadLetter
from tests.ingest.core.examples import NOW_MS, TOPIC, Publish, make_decoder


def decode(*messages: bytes | Publish, **limits: Any) -> Decoded:
    publishes = [m if isinstance(m, Publish) else Publish(m) for m in messages]
    return make_decoder(**limits).decode(publishes, NOW_MS)


def only_letter(payload: bytes, **limits: Any) -> DeadLetter:
    decoded = decode(payload, **limits)
    assert decoded.frames == []
    assert decoded.messages_committed == 0
    (letter,) = decoded.dead_letters
    assert decoded.messages_rejected == {letter.reason: 1}
    return letter


def test_a_reading_becomes_a_row():
    (frame,) = decode(
        b'{"ts":1759999999000,"seq":7,"temperature_c":61.5,"boiler_state":"HOT WATER",'
        b'"door_open":true,"energy_import_kwh":12}'
    ).frames
    assert frame.kind.name == "boiler"
    assert frame.sources[frame.device[0]].device == "b-1"
    assert frame.sources[frame.device[0]].prefix == "boiler,site=plant,device=b-1 "
    assert frame.ts_ms.tolist() == [1_759_999_999_000]
    assert frame.seq.tolist() == [7]
    np.testing.assert_array_equal(frame.values, [[61.5, math.nan, 12, 2, 1]])


def test_without_a_timestamp_the_arrival_counts_and_without_a_number_there_is_none():
    (frame,) = decode(b'{"pressure_bar":1}').frames
    assert frame.ts_ms.tolist() == [NOW_MS]
    assert frame.seq.tolist() == [-1]


def test_null_is_an_absent_field():
    (frame,) = decode(b'{"ts":null,"temperature_c":null,"pressure_bar":1}').frames
    np.testing.assert_array_equal(frame.values, [[math.nan, 1, math.nan, math.nan, math.nan]])


def test_of_a_repeated_key_the_last_one_counts():
    (frame,) = decode(b'{"pressure_bar":1,"pressure_bar":2}').frames
    assert frame.values[0, 1] == 2


def test_an_array_is_as_many_readings_in_order():
    (frame,) = decode(b'[{"ts":1760000000000,"pressure_bar":1},{"pressure_bar":2}]').frames
    assert frame.values[:, 1].tolist() == [1, 2]


def test_devices_keep_their_index_from_batch_to_batch():
    decoder = make_decoder()
    first = Publish(b'{"pressure_bar":1}', topic="telemetry/plant/boiler/b-1")
    second = Publish(b'{"pressure_bar":1}', topic="telemetry/plant/boiler/b-2")
    decoder.decode([first, second], NOW_MS)
    (frame,) = decoder.decode([second, first], NOW_MS).frames
    assert frame.device.tolist() == [1, 0]
    assert [source.device for source in decoder.registry.sources] == ["b-1", "b-2"]


def test_other_limits_hold_for_the_next_batch_and_devices_keep_their_index():
    decoder = make_decoder()
    now = Publish(b'{"ts": %d, "temperature_c": 20, "typo": 1}' % NOW_MS)
    ahead = Publish(b'{"ts": %d, "temperature_c": 20}' % (NOW_MS + 120_000))
    assert decoder.decode([now, ahead], NOW_MS).readings == 2
    window = TimeWindow(max_future_ms=60_000, max_age_ms=1_000)
    decoder.adopt(PayloadLimits(max_payload_bytes=60, reject_unknown=True), window, 1)
    large = Publish(b'{"temperature_c": 20%s}' % (b" " * 60))
    other = Publish(now.payload, topic=f"{TOPIC}-2")
    decoded = decoder.decode([now, ahead, large, other], NOW_MS)
    reasons = [letter.reason for letter in decoded.dead_letters]
    assert reasons == ["schema", "future", "size", "registry"]
    (frame,) = decoder.decode([Publish(b'{"temperature_c": 20}')], NOW_MS).frames
    assert frame.device.tolist() == [0]


def test_retained_telemetry_is_skipped_and_counted():
    decoded = decode(Publish(b'{"pressure_bar":1}', retain=True), Publish(b"x", retain=True))
    assert (decoded.skipped, decoded.frames, decoded.dead_letters) == (2, [], [])


def test_unknown_fields_are_dropped_and_counted():
    decoded = decode(
        b'{"pressure_bar":1,"firmware":"2.1","x":[1,{"y":null}]}',
        b'[{"pressure_bar":1,"z":1},{"pressure_bar":1}]',
    )
    assert decoded.unknown_fields == {"boiler": 3}
    assert decoded.readings == 3
    assert decoded.dead_letters == []


def test_unknown_fields_are_rejected_when_told_so():
    letter = only_letter(b'{"pressure_bar":1,"firmware":"2.1"}', reject_unknown=True)
    assert (letter.reason, letter.place) == ("schema", "$.firmware")


@pytest.mark.parametrize(
    ("payload", "reason", "place"),
    [
        (b"", "json", ""),
        (b"nonsense", "json", ""),
        (b'{"pressure_bar":1', "json", ""),
        (b'{"pressure_bar":1} trailing', "json", ""),
        (b'{"pressure_bar":NaN}', "json", ""),
        (b'{"pressure_bar":-Infinity}', "json", ""),
        (b'{"pressure_bar":01}', "json", ""),
        (b"{'pressure_bar':1}", "json", ""),
        (b'\xef\xbb\xbf{"pressure_bar":1}', "json", ""),
        (b'{"pressure_bar":1,"note":"\xff"}', "json", ""),
        (b'{"boiler_state":"\xffoff"}', "json", ""),
        (b"[" * 50_000 + b"]" * 15_000, "json", ""),
        (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "json", ""),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "json", ""),
        (b"1", "schema", "$"),
        (b"null", "schema", "$"),
        (b'"text"', "schema", "$"),
        (b"{}", "schema", "$"),
        (b"[]", "schema", "$"),
        (b'{"ts":1760000000000,"seq":1}', "schema", "$"),
        (b'{"nothing_known":1}', "schema", "$"),
        (b'{"pressure_bar":"5"}', "schema", "$.pressure_bar"),
        (b'{"pressure_bar":true}', "schema", "$.pressure_bar"),
        (b'{"pressure_bar":[1]}', "schema", "$.pressure_bar"),
        (b'{"pressure_bar":{"v":1}}', "schema", "$.pressure_bar"),
        (b'{"door_open":1}', "schema", "$.door_open"),
        (b'{"door_open":"true"}', "schema", "$.door_open"),
        (b'{"boiler_state":"melting"}', "schema", "$.boiler_state"),
        (b'{"boiler_state":1}', "schema", "$.boiler_state"),
        (b'{"ts":"2026","pressure_bar":1}', "schema", "$.ts"),
        (b'{"ts":1.5,"pressure_bar":1}', "schema", "$.ts"),
        (b'{"ts":true,"pressure_bar":1}', "schema", "$.ts"),
        (b'{"ts":9223372036854775808,"pressure_bar":1}', "schema", "$.ts"),
        (b'{"seq":-1,"pressure_bar":1}', "schema", "$.seq"),
        (b'{"pressure_bar":25.01}', "range", "$.pressure_bar"),
        (b'{"pressure_bar":-0.01}', "range", "$.pressure_bar"),
        (b'{"pressure_bar":1e999}', "range", "$.pressure_bar"),
        (b'{"pressure_bar":' + b"9" * 400 + b"}", "range", "$.pressure_bar"),
        (b'{"ts":1760000300001,"pressure_bar":1}', "future", "$.ts"),
        (b'{"ts":9223372036854775807,"pressure_bar":1}', "future", "$.ts"),
        (b'{"ts":1757407999999,"pressure_bar":1}', "stale", "$.ts"),
        (b'{"ts":1760000000,"pressure_bar":1}', "stale", "$.ts"),
        (b'{"ts":-9223372036854775807,"pressure_bar":1}', "stale", "$.ts"),
        (b'{"pressure_bar":1}' + b" " * 65_536, "size", ""),
        (b"[" + b",".join([b"{}"] * 1_001) + b"]", "size", "$"),
    ],
)
def test_what_is_no_reading_is_set_aside_with_reason_and_place(payload, reason, place):
    letter = only_letter(payload)
    assert (letter.reason, letter.place) == (reason, place), letter.message
    assert letter.message
    assert letter.payload == payload[:65_536]
    assert letter.size_bytes == len(payload)
    assert letter.topic == TOPIC
    assert letter.arrived_ms == NOW_MS


@pytest.mark.parametrize(
    "payload",
    [
        b'{"pressure_bar":25,"ts":1760000300000}',
        b'{"pressure_bar":0,"ts":1757408000000}',
        b'{"pressure_bar":-0.0}',
        b'{"pressure_bar":1e1}',
        b' \r\n\t{ "pressure_bar" : 1 } ',
        b'{"\\u0070ressure_bar":1}',
        b'{"boiler_state":"\\u006fff"}',
        b"[" + b",".join([b'{"pressure_bar":1}'] * 1_000) + b"]",
    ],
)
def test_what_is_just_inside_the_rules_is_taken(payload):
    decoded = decode(payload)
    assert decoded.dead_letters == []
    assert decoded.messages_committed == 1


@pytest.mark.parametrize(
    ("topic", "reason"),
    [
        ("telemetry/plant/kettle/b-1", "kind"),
        ("telemetry/plant/boiler", "topic"),
        ("telemetry/plant/boiler/b 1", "topic"),
        ("telemetry/plant/boiler/b\n1", "topic"),
        ("telemetry/pl,ant/boiler/b=1", "topic"),
        ("other/plant/boiler/b-1", "topic"),
    ],
)
def test_a_topic_that_names_no_device_is_set_aside(topic, reason):
    (letter,) = decode(Publish(b'{"pressure_bar":1}', topic=topic)).dead_letters
    assert (letter.reason, letter.topic) == (reason, topic)


def test_a_seconds_timestamp_gets_a_hint():
    assert "seconds?" in only_letter(b'{"ts":1760000000,"pressure_bar":1}').message


def test_a_wrong_state_is_told_the_right_ones():
    assert "off, heating, HOT WATER" in only_letter(b'{"boiler_state":"on"}').message


def test_in_an_array_each_element_stands_for_itself():
    decoded = decode(
        b'[{"pressure_bar":1},{"pressure_bar":"x"}, {"pressure_bar":99} ,7,'
        b'{"pressure_bar":1e999},{"q":1},{"pressure_bar":2}]'
    )
    (frame,) = decoded.frames
    assert frame.values[:, 1].tolist() == [1, 2]
    assert [(d.reason, d.place, d.payload) for d in decoded.dead_letters] == [
        ("schema", "$[1].pressure_bar", b'{"pressure_bar":"x"}'),
        ("schema", "$[3]", b"7"),
        ("range", "$[4].pressure_bar", b'{"pressure_bar":1e999}'),
        ("range", "$[2].pressure_bar", b'{"pressure_bar":99}'),
        ("schema", "$[5]", b'{"q":1}'),
    ]
    assert decoded.messages_committed == 1
    assert decoded.messages_rejected == {}


def test_an_implausible_element_of_a_clean_array_is_found_too():
    decoded = decode(b'[{"pressure_bar":1},{"pressure_bar":99}]')
    assert [(d.place, d.payload) for d in decoded.dead_letters] == [
        ("$[1].pressure_bar", b'{"pressure_bar":99}')
    ]
    assert decoded.readings == 1


def test_a_message_without_a_good_reading_counts_by_its_first_fault():
    decoded = decode(b'[{"pressure_bar":"x"},{"pressure_bar":99}]', b"{")
    assert decoded.messages_committed == 0
    assert decoded.messages_rejected == {"schema": 1, "json": 1}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ts", "seq", "pressure_bar", "boiler_state", "door_open", "other"]),
            inner,
        )
    ),
)


@given(st.lists(JSON.map(lambda tree: json.dumps(tree).encode()) | st.binary(), max_size=8))
def test_every_message_ends_in_exactly_one_state_whatever_it_is(payloads: list[bytes]):
    decoded = decode(*payloads)
    assert decoded.messages_committed + decoded.messages_rejected.total() == len(payloads)
    for frame in decoded.frames:
        assert not np.isnan(frame.values).all(axis=1).any()
        assert np.isfinite(frame.values[~np.isnan(frame.values)]).all()


@given(st.binary(max_size=200), st.integers(0, 5))
def test_a_bad_message_never_touches_its_neighbours(poison: bytes, place: int):
    good = [b'{"pressure_bar":%d}' % number for number in range(5)]
    decoded = decode(
        *good[:place], Publish(poison, topic="telemetry/plant/boiler/bad"), *good[place:]
    )
    (frame,) = decoded.frames
    ours = [frame.sources[index].device == "b-1" for index in frame.device]
    assert frame.values[ours, 1].tolist() == [0, 1, 2, 3, 4]


def test_a_decoded_state_can_be_printed():
    decoder = PayloadDecoder(kind_named("snow_gun"), PayloadLimits(max_payload_bytes=1_000))
    assert "<gun_state producing>" in repr(decoder.decode(b'{"gun_state": "producing"}'))

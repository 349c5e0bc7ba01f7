"""What faulty messages look like to whoever receives them."""

import json

import mqtt5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.faults.catalog import (
    CATALOG,
    BadTopic,
    Garbage,
    Oversized,
    Truncated,
    UnknownField,
    UnknownKind,
    WrongSite,
    WrongType,
)
from devices.faults.wire import WHOLE, faulty_payload, faulty_topic
from devices.registry import kinds
from ingest.parts import make_decoder
from ingest.settings import ValidationSettings

NOW_MS = 1_790_000_000_000
TOPIC = "telemetry/here/smart_meter/meter-1"
READING = b'{"ts":1790000000000,"seq":4,"voltage_l1_v":229.8,"active_power_w":120}'
ARRAY = b"[%b,%b]" % (READING, READING.replace(b"0000000", b"0000100").replace(b":4", b":5"))
ENCODED = st.sampled_from([READING, ARRAY])


DECODER = make_decoder(kinds(), ValidationSettings())


def letters_and_frames(topic: str, payload: bytes):
    decoded = DECODER.decode([mqtt5.PublishPacket(topic, payload)], NOW_MS)
    return [letter.reason for letter in decoded.dead_letters], decoded


@given(ENCODED, st.integers(0, 10_000))
def test_garbage_and_truncated_payloads_are_json_to_nobody(payload, seed):
    for fault in (Garbage(share=1), Truncated(share=1)):
        spoiled = faulty_payload(fault, seed, TOPIC, payload)
        assert spoiled
        assert letters_and_frames(TOPIC, spoiled)[0] == ["json"]


@pytest.mark.parametrize("payload", [READING, ARRAY])
def test_each_fault_of_a_whole_message_is_one_dead_letter_with_its_reason(payload):
    reasons = {
        kind: letters_and_frames(
            faulty_topic(kind(share=1), TOPIC), faulty_payload(kind(share=1), 0, TOPIC, payload)
        )[0]
        for kind in WHOLE
    }
    assert reasons == {
        Garbage: ["json"],
        Truncated: ["json"],
        Oversized: ["size"],
        BadTopic: ["topic"],
        UnknownKind: ["kind"],
    }


@pytest.mark.parametrize(("payload", "good"), [(READING, 0), (ARRAY, 1)])
def test_a_number_that_is_a_string_spoils_the_last_reading_alone(payload, good):
    reasons, decoded = letters_and_frames(
        TOPIC, faulty_payload(WrongType(share=1), 0, TOPIC, payload)
    )
    assert reasons == ["schema"]
    assert decoded.readings == good


@pytest.mark.parametrize("kind", kinds().values())
def test_the_last_field_of_no_kind_may_be_sent_in_the_wrong_type(kind):
    for field in kind.fields:
        value = field.states[0] if field.states else (True if field.hard == (0, 1) else 1)
        payload = json.dumps({"ts": NOW_MS, "seq": 1, field.name: value}).encode()
        spoiled = faulty_payload(WrongType(share=1), 0, TOPIC, payload)
        assert letters_and_frames(f"telemetry/a/{kind.name}/b", spoiled)[0] == ["schema"]


@pytest.mark.parametrize(("payload", "readings"), [(READING, 1), (ARRAY, 2)])
def test_a_field_that_nobody_knows_is_in_every_reading_and_changes_nothing_else(payload, readings):
    reasons, decoded = letters_and_frames(
        TOPIC, faulty_payload(UnknownField(share=1), 0, TOPIC, payload)
    )
    assert reasons == []
    assert decoded.readings == readings
    assert decoded.unknown_fields["smart_meter"] == readings


def test_a_payload_that_is_too_large_is_wrong_in_nothing_else():
    spoiled = faulty_payload(Oversized(share=1, payload_bytes=70_000), 0, TOPIC, READING)
    assert len(spoiled) == 70_000
    assert json.loads(spoiled) == json.loads(READING)


def test_the_wrong_site_is_another_one_and_a_name_that_may_be():
    topic = faulty_topic(WrongSite(share=1), TOPIC)
    assert topic == "telemetry/x-here/smart_meter/meter-1"
    long = faulty_topic(WrongSite(share=1), f"telemetry/{'a' * 64}/smart_meter/m")
    assert letters_and_frames(long, READING)[0] == []


@pytest.mark.parametrize("kind", CATALOG.values())
def test_equal_messages_and_seeds_are_spoiled_alike_and_topics_keep_their_levels(kind):
    fault = kind(**{kind.rate_key: 1})
    assert faulty_payload(fault, 1, TOPIC, READING) == faulty_payload(fault, 1, TOPIC, READING)
    assert faulty_topic(fault, TOPIC).count("/") == TOPIC.count("/")

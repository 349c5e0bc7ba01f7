"""Whatever is sent, the decoder makes of it what the contract says, for nobody but its sender."""

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.core.examples import BOILER, NOW_MS, Publish, make_decoder
from tests.ingest.core.oracle import MAX_AGE_MS, MAX_FUTURE_MS, expected, happened, is_settled

KINDS = {"boiler": BOILER}
NUMBERS = st.one_of(
    st.floats(-60, 160),
    st.integers(-5, 30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**70), 2**70),
)
TIMES = st.one_of(
    st.none(),
    st.sampled_from([NOW_MS, 0, NOW_MS // 1000, NOW_MS * 1000, 1.0 * NOW_MS, 0.5, "now", True]),
    st.integers(NOW_MS - MAX_AGE_MS - 2, NOW_MS - MAX_AGE_MS + 2),
    st.integers(NOW_MS + MAX_FUTURE_MS - 2, NOW_MS + MAX_FUTURE_MS + 2),
    NUMBERS,
)
STATES = st.sampled_from([*BOILER.fields[3].states, "", "Off", "melting"])
TEXTS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=8)
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS, STATES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
READINGS = st.fixed_dictionaries(
    {},
    optional={
        "ts": TIMES,
        "seq": NUMBERS | st.none(),
        "temperature_c": NUMBERS | ANYTHING,
        "pressure_bar": NUMBERS,
        "energy_import_kwh": NUMBERS,
        "boiler_state": STATES | ANYTHING,
        "door_open": st.booleans() | ANYTHING,
        "firmware": ANYTHING,
    },
)
TREES = st.one_of(
    READINGS, st.lists(READINGS, max_size=4), st.lists(ANYTHING, max_size=3), ANYTHING
)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """JSON, now and then with a byte changed, lost or added, or not JSON at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=40))
    data = bytearray(json.dumps(draw(TREES), ensure_ascii=draw(st.booleans())).encode())
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        data[place : place + draw(st.integers(0, 2))] = draw(st.binary(max_size=2))
    return bytes(data)


LEVELS = st.sampled_from(["plant", "boiler", "b-1", "b-2", "kettle", "", "B-1", "b 1", "b\n1", "é"])
TOPICS = st.one_of(
    st.builds("telemetry/plant/boiler/{}".format, LEVELS),
    st.builds("telemetry/plant/boiler/b-{}".format, st.integers(0, 3)),
    st.lists(LEVELS, min_size=2, max_size=4).map(lambda levels: "/".join(["telemetry", *levels])),
    TEXTS,
)
MESSAGES = st.builds(
    Publish,
    payload=payloads().filter(is_settled),
    topic=TOPICS,
    retain=st.sampled_from([False, False, False, True]),
)


@settings(max_examples=150)
@given(st.lists(MESSAGES, max_size=5))
def test_every_message_becomes_what_the_contract_says(messages: list[Publish]):
    decoded = make_decoder().decode(messages, NOW_MS)
    wanted = [fate for message in messages for fate in expected(message, KINDS, NOW_MS)]
    assert Counter(happened(decoded)) == Counter(wanted)
    assert decoded.skipped == sum(message.retain for message in messages)

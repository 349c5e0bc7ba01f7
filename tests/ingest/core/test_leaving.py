"""What another service takes is counted, and left alone."""

from ingest.core.leaving import LeavingDecoder
from tests.ingest.core.examples import NOW_MS, Publish, make_decoder

OURS = b'{"temperature_c": 20}'
THEIRS = Publish(b"whatever", topic="telemetry/plant/turbine/t-1")


def leaving() -> LeavingDecoder:
    return LeavingDecoder(make_decoder(), ["telemetry/+/turbine/+"])


def test_what_is_left_is_neither_a_reading_nor_a_dead_letter():
    decoded = leaving().decode([Publish(OURS), THEIRS, Publish(OURS), THEIRS], NOW_MS)
    assert (decoded.messages, decoded.left, decoded.messages_committed) == (4, 2, 2)
    assert (decoded.readings, decoded.dead_letters, decoded.elements) == (2, [], 2)


def test_what_is_wrong_and_nobodys_is_a_dead_letter():
    wrong = Publish(OURS, topic="telemetry/plant/unknown/u-1")
    decoded = leaving().decode([THEIRS, wrong], NOW_MS)
    assert [letter.topic for letter in decoded.dead_letters] == [wrong.topic]
    assert (decoded.left, decoded.messages_rejected.total()) == (1, 1)


def test_a_batch_that_arrays_end_early_goes_on_where_it_ended():
    array = Publish(b"[" + b",".join([OURS] * 1_000) + b"]")
    batch = [piece for _ in range(30) for piece in (THEIRS, array)]
    decoder, readings, left = leaving(), 0, 0
    while batch:
        decoded = decoder.decode(batch, NOW_MS)
        assert decoded.messages > 0
        assert decoded.readings + decoded.left * 1_000 <= 42_000
        readings, left = readings + decoded.readings, left + decoded.left
        batch = batch[decoded.messages :]
    assert (readings, left) == (30_000, 30)

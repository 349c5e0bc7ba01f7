"""However readings come, once the repairs are done every row is the same to the bit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ingest.rollups.runs import (
    Reading,
    Service,
    all_recomputed,
    exact,
    ran,
    recomputed,
)
from tests.ingest.rollups.strategies import many_readings


def in_order(readings: list[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: reading.ts_ms)


def once(readings: list[Reading]) -> list[Reading]:
    return list({(r.site, r.device, r.ts_ms): r for r in readings}.values())


@given(many_readings, st.randoms(use_true_random=False), st.integers(1, 20))
@settings(max_examples=35)
def test_shuffled_and_repeated_readings_give_the_rows_of_an_orderly_day(sent, random, batch):
    sent = once(sent)
    expected = ran(in_order(sent), batch=7)
    disorderly = sent + random.sample(sent, len(sent) // 2)
    random.shuffle(disorderly)
    assert exact(ran(disorderly, batch=batch)) == exact(expected)


@given(many_readings, st.integers(1, 20))
@settings(max_examples=35)
def test_contradicting_readings_end_as_what_the_store_believes(sent, batch):
    assert exact(ran(sent, batch=batch)) == exact(all_recomputed(sent))


@given(many_readings)
@settings(max_examples=35)
def test_what_was_live_all_the_time_needs_no_repair(sent):
    listening = in_order(once(sent))
    service = Service(repairs=False)
    for reading in listening:
        service.take([reading])
        service.advance()
    found = service.finish()
    repaired = {(span.site, span.start_ms) for span in service.dirty}
    whole = {
        key: row
        for key, row in all_recomputed(listening).items()
        if (key[1][0], key[2] // 3_600_000 * 3_600_000) not in repaired
    }
    assert exact({key: found.get(key, {}) for key in whole}) == exact(whole)


@given(many_readings, st.integers(0, 30), st.integers(1, 10))
@settings(max_examples=35)
def test_a_crash_leaves_nothing_wrong_but_the_spans_that_were_open(sent, folded, waiting):
    sent = in_order(once(sent))
    crashed, second = Service(), Service()
    for reading in sent[:folded]:
        crashed.take([reading])
        crashed.advance()
    taken = sent[: folded + waiting]
    if taken[folded:]:
        crashed.take(taken[folded:])
    second.stored, second.now_ms = list(taken), crashed.now_ms
    for reading in sent[len(taken) :]:
        second.take([reading])
        second.advance()
    found = {**crashed.found, **second.finish()}
    for span in crashed.rollups.open_spans():
        found.update(recomputed(second.stored, span))
    assert exact(found) == exact(all_recomputed(sent))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.aggregation import repair_queue
from ingest.aggregation.repair_queue import MOST_WAIT_S, RepairQueue
from ingest.rollups.span import Span

SPANS = st.builds(Span, st.sampled_from(["a", "b"]), st.just("ridge"), st.integers(0, 5))


def span(start_ms: int) -> Span:
    return Span("snow_gun", "ridge", start_ms)


def test_a_span_that_is_marked_again_waits_for_quiet():
    queue = RepairQueue()
    queue.mark([span(0)], due_at=10.0)
    queue.mark([span(0)], due_at=15.0)
    assert queue.begin(12.0) is None
    assert queue.begin(15.0) == span(0)


def test_a_span_that_never_is_quiet_is_repaired_nevertheless():
    queue = RepairQueue()
    for second in range(1_000):
        queue.mark([span(0)], due_at=second + 10.0)
    assert queue.begin(10.0 + MOST_WAIT_S - 1) is None
    assert queue.begin(10.0 + MOST_WAIT_S) == span(0)


def test_a_span_marked_again_is_never_due_sooner():
    queue = RepairQueue()
    queue.mark([span(0)], due_at=100.0)
    queue.mark([span(0)], due_at=15.0)
    assert queue.begin(99.0) is None


def test_the_oldest_span_that_is_due_comes_first():
    queue = RepairQueue()
    queue.mark([span(5), span(3), span(4)], due_at=10.0)
    queue.mark([span(1)], due_at=20.0)
    begun = []
    while found := queue.begin(10.0):
        begun.append(found.start_ms)
        queue.end()
    assert begun == [3, 4, 5]


def test_a_span_that_failed_comes_again_later():
    queue = RepairQueue()
    queue.mark([span(0)], due_at=0.0)
    queue.begin(0.0)
    queue.end(again_at=30.0)
    assert queue.begin(29.0) is None
    assert queue.begin(30.0) == span(0)


def test_a_span_marked_while_it_is_repaired_is_repaired_again():
    queue = RepairQueue()
    queue.mark([span(0)], due_at=0.0)
    queue.begin(0.0)
    queue.mark([span(0)], due_at=5.0)
    queue.end()
    assert queue.begin(5.0) == span(0)


@given(marks=st.lists(st.tuples(SPANS, st.floats(0, 100))), fails=st.lists(st.booleans()))
def test_no_span_is_forgotten_before_it_was_repaired(
    marks: list[tuple[Span, float]], fails: list[bool]
):
    queue = RepairQueue()
    repaired: set[Span] = set()
    for each, due_at in marks:
        queue.mark([each], due_at)
    wanted = {each for each, _ in marks}
    assert queue.spans == wanted
    while found := queue.begin(1_000.0):
        assert queue.spans | repaired == wanted
        if fails and fails.pop():
            queue.end(again_at=100.0)
        else:
            repaired.add(found)
            queue.end()
    assert repaired == wanted
    assert len(queue) == 0


def test_spans_without_end_are_not_all_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(repair_queue, "MOST_SPANS", 5)
    queue = RepairQueue()
    spans = [Span("lift", "ridge", start_ms) for start_ms in range(8)]
    queue.mark(spans, 1.0)
    queue.mark(spans[:5], 2.0)
    assert queue.spans == set(spans[:5])
    assert queue.given_up == 3
    queue.begin(10.0)
    queue.end()
    queue.mark(spans[5:6], 3.0)
    assert len(queue) == 5

"""Joining and cutting records, and the books of what was sent."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.spool.segment_reader import Record
from ingest.stores.batches import Batch, Batches, Progress
from tests.ingest.spool.spools import lines


def record(first: int, count: int, *, lost: bool = False) -> Record:
    payload = b"" if lost else lines(first, count)
    return Record(first_point=first, end_point=first + count, payload=payload, end_offset=0)


def batch(end_point: int, *, refused: int = 0, lost: int = 0) -> Batch:
    return Batch(end_point=end_point, body=b"", lines=0, refused=refused, lost=lost)


@given(
    sizes=st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1),
    max_lines=st.integers(1, 30),
    max_bytes=st.integers(20, 400),
)
def test_batches_are_the_records_in_order_within_both_limits(
    sizes: list[tuple[int, bool]], max_lines: int, max_bytes: int
):
    records: list[Record] = []
    for count, lost in sizes:
        first = records[-1].end_point if records else 0
        records.append(record(first, count, lost=lost))
    batches = Batches(max_lines, max_bytes)
    batches.add(records)
    taken = []
    while batches:
        taken.append(batches.take())

    assert b"".join(b.body for b in taken) == b"".join(r.payload for r in records)
    point = 0
    for each in taken:
        assert each.lines == each.body.count(b"\n") <= max_lines
        assert len(each.body) <= max_bytes or each.lines == 1
        point += each.lines + each.lost
        assert each.end_point == point
    assert point == records[-1].end_point


def test_small_records_are_joined():
    batches = Batches(100, 10_000)
    batches.add(record(first, 10) for first in range(0, 90, 10))
    assert not batches.full
    batches.add([record(90, 10)])
    assert batches.full
    assert batches.take().lines == 100


@given(order=st.permutations(range(6)))
def test_the_point_moves_only_over_what_is_done_in_a_row(order: list[int]):
    progress = Progress(0)
    batches = [batch(10 * n + 10, refused=n % 2, lost=n % 3) for n in range(6)]
    for each in batches:
        progress.start(each)
    done: set[int] = set()
    for n in order:
        progress.finish(batches[n])
        done.add(n)
        in_a_row = next(n for n in range(7) if n not in done)
        assert progress.point == 10 * in_a_row
        assert progress.stored + progress.refused + progress.lost == progress.point
    assert (progress.refused, progress.lost) == (3, 6)


def test_a_record_sent_again_after_a_crash_counts_only_the_rest_of_it():
    progress = Progress(95)
    whole = batch(100)
    progress.start(whole)
    progress.finish(whole)
    assert progress.stored == 5

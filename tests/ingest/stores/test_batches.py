"""Joining and cutting records, and the books of what was sent."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.spool.segment_reader import Record
from ingest.stores.batches import Batch, Batches, Progress
from tests.ingest.spool.spools import lines


def record(first: int, count: int, *, lost: bool = False) -> Record:
    payload = b"" if lost else lines(first, count)
    return Record(first_point=first, end_point=first + count, payload=payload, end_offset=0)


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
        assert each.first_point == point
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


def test_points_with_a_gap_between_them_go_in_separate_calls():
    batches = Batches(100, 10_000)
    batches.add([record(0, 10), record(10, 10), record(30, 10)])
    taken = [batches.take(), batches.take()]
    assert [(each.first_point, each.end_point) for each in taken] == [(0, 20), (30, 40)]


def test_a_record_sent_again_after_a_crash_counts_only_the_rest_of_it():
    progress = Progress()
    whole = Batch(first_point=90, end_point=100, body=b"", lines=10, refused=2)
    progress.account(whole, 5)
    assert (progress.stored, progress.refused) == (3, 2)


def test_what_was_read_back_from_disk_is_counted_apart():
    progress = Progress()
    for is_backlog in (False, True, True):
        batches = Batches(100, 10_000, is_backlog=is_backlog)
        batches.add([record(0, 10), record(10, 2, lost=True)])
        progress.account(batches.take(), 12)
    assert progress == Progress(stored=30, stored_late=20, lost=6)

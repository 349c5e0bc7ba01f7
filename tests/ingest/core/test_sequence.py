"""Gaps in sequence numbers are counted, and forgotten when what was missing comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.registry import kind_named
from ingest.core.frame import NO_SEQ, Frame
from ingest.core.sequence import LONGEST_GAP, Gap, SequenceWatch
from ingest.core.sources import SourceRegistry

KIND = kind_named("smart_meter")


def frame(*readings: tuple[int, int]) -> Frame:
    """A frame of (device, seq), in the order of arrival."""
    registry = SourceRegistry({KIND.name: KIND})
    for number in range(5):
        registry.meet(f"telemetry/here/{KIND.name}/m{number}")
    n = len(readings)
    return Frame(
        kind=KIND,
        sources=registry.sources,
        device=np.array([device for device, _ in readings], dtype=np.int32),
        ts_ms=np.arange(n, dtype=np.int64),
        seq=np.array([seq for _, seq in readings], dtype=np.int64),
        values=np.zeros((n, len(KIND.fields))),
    )


def test_who_counts_on_has_lost_nothing():
    watch = SequenceWatch()
    assert watch.take([frame((0, 7), (1, 40), (0, 8), (0, 9), (1, 41))]) == []
    assert watch.take([frame((1, 42), (0, 10))]) == []
    assert watch.lost == 0


def test_a_gap_is_counted_for_its_device():
    watch = SequenceWatch()
    assert watch.take([frame((0, 1), (1, 1), (0, 5))]) == [Gap(0, 3)]
    assert watch.take([frame((1, 4))]) == [Gap(1, 2)]
    assert watch.lost == 5


def test_what_comes_late_is_not_lost_and_what_comes_twice_changes_nothing():
    watch = SequenceWatch()
    watch.take([frame((0, 1), (0, 5))])
    watch.take([frame((0, 3), (0, 3), (0, 5), (0, 1))])
    assert watch.lost == 2
    watch.take([frame((0, 2), (0, 4), (0, 6))])
    assert watch.lost == 0


def test_a_device_that_counts_anew_has_not_lost_millions():
    watch = SequenceWatch()
    watch.take([frame((0, 5_000_000))])
    assert watch.take([frame((0, 0), (0, 1), (0, 2 + LONGEST_GAP * 2))]) == []
    assert watch.lost == 0


def test_readings_without_a_number_do_not_count():
    watch = SequenceWatch()
    assert watch.take([frame((0, 1), (0, NO_SEQ), (0, 2), (1, NO_SEQ))]) == []
    assert watch.lost == 0


@given(
    st.lists(st.integers(0, 60), unique=True, min_size=1).flatmap(st.permutations),
    st.integers(1, 7),
)
def test_lost_is_what_never_came_between_the_first_and_the_greatest(numbers, size):
    watch = SequenceWatch()
    for begin in range(0, len(numbers), size):
        watch.take([frame(*((0, number) for number in numbers[begin : begin + size]))])
    after_first = {number for number in numbers if number >= numbers[0]}
    assert watch.lost == max(numbers) - numbers[0] + 1 - len(after_first)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.load.histogram import LONGEST_US, SUB, Histogram, bucket_of, upper_edge_s

DURATIONS = st.lists(st.floats(0, 20_000), min_size=1, max_size=200)


def histogram_of(durations_s) -> Histogram:
    histogram = Histogram()
    histogram.record(np.array(durations_s, np.float64))
    return histogram


@given(DURATIONS, st.floats(0.1, 100))
def test_a_percentile_is_the_exact_one_or_greater_by_less_than_a_bucket(durations_s, percent):
    exact_s = np.sort(durations_s)[max(1, int(np.ceil(len(durations_s) * percent / 100))) - 1]
    shown_s = histogram_of(durations_s).percentile_s(percent)
    assert exact_s - 2e-9 <= shown_s <= max(exact_s * (1 + 1 / SUB), exact_s + 1e-6) + 1e-9


@given(st.lists(DURATIONS, min_size=1, max_size=5))
def test_histograms_add_up_to_that_of_all_values_whatever_way_they_are_cut(parts):
    whole = histogram_of([value for part in parts for value in part])
    added = Histogram()
    for part in parts:
        added.add(Histogram.of(histogram_of(part).data()))
    assert added.data().buckets == whole.data().buckets
    assert added.data().counts == whole.data().counts
    assert added.max_s == whole.max_s
    assert added.mean_s == pytest.approx(whole.mean_s)


@given(st.integers(0, LONGEST_US - 1))
def test_every_microsecond_falls_into_a_bucket_that_reaches_it_and_the_one_before_does_not(us):
    bucket = int(bucket_of(np.array([us / 1e6]))[0])
    assert round(upper_edge_s(bucket) * 1e6) >= us
    assert bucket == 0 or round(upper_edge_s(bucket - 1) * 1e6) < us or us == 0


def test_what_is_kept_in_a_file_gives_the_same_histogram_again():
    histogram = histogram_of([0.001, 0.5, 0.5, 70.0])
    assert Histogram.of(histogram.data()).data() == histogram.data()


def test_a_histogram_without_values_has_no_latency():
    assert (Histogram().percentile_s(99), Histogram().mean_s, len(Histogram())) == (0.0, 0.0, 0)


def test_longer_than_the_longest_is_counted_and_the_maximum_stays_exact():
    histogram = histogram_of([1e6])
    assert len(histogram) == 1
    assert histogram.max_s == 1e6

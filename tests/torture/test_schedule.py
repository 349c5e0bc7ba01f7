"""What goes wrong is drawn from the seed, and all of it comes."""

from collections import Counter
from itertools import pairwise

import pytest

from tests.torture.schedule import PARTS, TROUBLES, draw


def test_the_same_seed_draws_the_same_troubles_and_another_seed_others():
    assert draw(7, 100.0) == draw(7, 100.0)
    assert draw(7, 100.0) != draw(8, 100.0)


@pytest.mark.parametrize("seed", range(5))
def test_a_part_has_one_trouble_at_a_time_and_parts_overlap(seed: int):
    troubles = draw(seed, 600.0)
    for part in PARTS:
        track = [trouble for trouble in troubles if trouble.part == part]
        assert all(one.at_s + one.for_s < next_.at_s for one, next_ in pairwise(track))
    overlapping = [
        (one.part, other.part)
        for one, other in pairwise(troubles)
        if one.at_s + one.for_s > other.at_s
    ]
    assert len(set(overlapping)) > 10


def test_every_trouble_of_a_part_comes_before_any_comes_twice():
    for part, names in TROUBLES.items():
        track = [trouble.name for trouble in draw(3, 2_000.0, [part])]
        for start in range(0, len(track) - len(names), len(names)):
            assert Counter(track[start : start + len(names)]) == Counter(list(names))


def test_what_a_part_meets_does_not_depend_on_the_other_parts():
    everything = draw(5, 300.0)
    assert draw(5, 300.0, ["store", "link"]) == [
        trouble for trouble in everything if trouble.part in {"store", "link"}
    ]


def test_a_shorter_pace_brings_more_troubles_into_the_same_time():
    assert len(draw(1, 60.0, pace=0.25)) > 2 * len(draw(1, 60.0))

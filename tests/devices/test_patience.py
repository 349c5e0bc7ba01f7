"""Waits that grow with every failure, and differ between those that fail together."""

import random

from devices.patience import Patience


class Longest(random.Random):
    """Always draws the most that it may."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


def test_the_longest_wait_doubles_up_to_its_limit_and_begins_anew_after_a_success():
    patience = Patience(first_s=1.0, most_s=5.0, rng=Longest())
    assert [patience.next_s() for _ in range(5)] == [1, 2, 4, 5, 5]
    assert patience.failures == 5
    patience.reset()
    assert patience.next_s() == 1


def test_years_of_failures_still_give_a_wait():
    patience = Patience()
    assert all(patience.next_s() <= 30 for _ in range(5_000))


def test_two_that_fail_together_wait_differently():
    first, second = (Patience(rng=random.Random(seed)) for seed in (1, 2))  # noqa: S311 - repeatable
    assert [first.next_s() for _ in range(4)] != [second.next_s() for _ in range(4)]

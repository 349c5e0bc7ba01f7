from ingest.throttle import MOST_KEYS, Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_first_comes_through_at_once() -> None:
    assert Throttle(10, Clock()).admit() == 0


def test_repeats_are_held_back_and_counted_until_time_has_passed() -> None:
    clock = Clock()
    throttle = Throttle(10, clock)
    throttle.admit("full")
    clock.now = 9.9
    assert [throttle.admit("full") for _ in range(3)] == [None] * 3
    clock.now = 10.0
    assert throttle.admit("full") == 3
    assert throttle.admit("full") is None


def test_keys_do_not_hold_each_other_back() -> None:
    throttle = Throttle(10, Clock())
    assert throttle.admit("full") == 0
    assert throttle.admit("refused") == 0


def test_memory_stays_bounded_and_the_newest_keys_are_kept() -> None:
    throttle = Throttle(10, Clock())
    for key in range(MOST_KEYS + 1):
        throttle.admit(key)
    assert throttle.admit(MOST_KEYS) is None
    assert throttle.admit(0) == 0

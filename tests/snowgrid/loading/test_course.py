"""How the service fared in the course of a run."""

from snowgrid.loading.course import PARTS, course_of
from tests.snowgrid.loading.runs import service_of

DUE_BY_S = [100] * 40


def test_each_part_tells_the_most_it_held_and_how_long_its_own_readings_took():
    """From the middle on everything is stored a second late, and memory grows."""
    done = [
        service_of(
            at_s=1_000 + at_s,
            stored=int(100 * (at_s if at_s < 20 else at_s - 1)),
            memory_bytes=100 if at_s < 20 else 200,
            open_files=at_s,
        )
        for at_s in range(42)
    ]
    parts = course_of(done, 1_000, DUE_BY_S, 0, 40)
    assert len(parts) == PARTS
    assert [part.memory_bytes for part in parts] == [100] * 10 + [200] * 10
    assert [part.open_files for part in parts] == list(range(1, 41, 2))
    assert all(part.stored_p99_s <= 1.1 for part in parts[:9])
    assert all(1.5 <= part.stored_p99_s <= 2.1 for part in parts[11:])


def test_parts_in_which_the_service_said_nothing_are_left_out():
    done = [service_of(at_s=at_s) for at_s in (1, 2, 30)]
    assert [part.at_s for part in course_of(done, 0, DUE_BY_S, 0, 40)] == [2, 4, 32]

"""Whatever is left of a message tells its number."""

from hypothesis import given
from hypothesis import strategies as st

from tests.torture.readings import Readings, Sort

READINGS = Readings(start_ms=1_760_000_000_000, devices=100, step_ms=50)
NUMBERS = st.integers(0, 10_000_000)


@given(NUMBERS)
def test_a_message_its_row_and_its_dead_letters_tell_its_number(number: int):
    topic, payload = READINGS.topic(number), READINGS.payload(number)
    assert READINGS.number_of(topic, payload) == number
    letter, row = READINGS.letter(number), READINGS.row(number)
    assert letter is None or READINGS.number_of(letter.topic, letter.payload) == number
    assert row is None or READINGS.number_of_row(row) == number
    late = READINGS.letter_of_a_slow_clock(number)
    assert READINGS.number_of(late.topic, late.payload) == number


@given(NUMBERS)
def test_every_message_has_a_fate(number: int):
    sort = READINGS.sort(number)
    assert (READINGS.row(number) is not None) == (sort in {Sort.GOOD, Sort.MIXED})
    assert (READINGS.letter(number) is not None) == (sort is not Sort.GOOD)

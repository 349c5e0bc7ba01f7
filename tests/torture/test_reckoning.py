"""Books that do not add up are found."""

import pytest

from tests.torture.reckoning import books

BALANCED = {
    "snowgrid_messages_balance": 0.0,
    "snowgrid_readings_balance": 0.0,
    "snowgrid_readings_committed_total": 90.0,
    "snowgrid_spool_inherited_readings": 10.0,
    "snowgrid_store_readings_stored_total": 95.0,
    "snowgrid_store_readings_refused_total": 3.0,
    "snowgrid_store_readings_lost_total": 2.0,
}


def test_books_that_add_up_are_right():
    assert books(BALANCED) == []


@pytest.mark.parametrize("name", BALANCED)
def test_whatever_figure_is_wrong_is_noticed(name: str):
    assert books(BALANCED | {name: BALANCED[name] + 1}) != []

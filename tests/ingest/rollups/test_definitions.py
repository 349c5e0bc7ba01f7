"""Rollups are what their definitions say, computed the slow way."""

import pytest
from hypothesis import given, settings

from tests.ingest.rollups import oracle
from tests.ingest.rollups.runs import Found, Row, all_recomputed
from tests.ingest.rollups.strategies import many_readings
from tests.ingest.rollups.test_any_order import once

ABSOLUTE = 0.0001  # what is finer than a thousandth of the resolution is rounded when summed


def same(row: Row, expected: Row) -> bool:
    return all(alike(name, row[name], value) for name, value in expected.items())


def alike(name: str, value: float | str, expected: float | str) -> bool:
    if isinstance(value, str) or isinstance(expected, str):
        return value == expected
    if name.endswith("_deg_mean"):
        return 0 <= value < 360 and abs((value - expected + 180) % 360 - 180) < ABSOLUTE
    return value == pytest.approx(expected, abs=ABSOLUTE)


def numbers_of_devices(found: Found) -> Found:
    """Leave out how many devices said what: counted below by hand."""
    return {
        identity: {
            name: value
            for name, value in row.items()
            if not (name.startswith(("mode_", "door_")) and name.endswith("_count"))
        }
        for identity, row in found.items()
    }


@given(many_readings)
@settings(max_examples=80)
def test_every_row_is_what_plain_python_says(sent):
    readings = once(sent)
    found = numbers_of_devices(all_recomputed(readings))
    expected = oracle.rollups(readings)
    assert found.keys() == expected.keys()
    for identity, row in found.items():
        assert row.keys() == expected[identity].keys(), identity
        assert same(row, expected[identity]), (identity, row, expected[identity])

"""What boards may ask of rollups is what the service keeps."""

import pytest

from dashboards.asking.columns import (
    DEVICES_COUNT,
    column_name,
    function_for,
    statistics,
    word_in_column,
)
from dashboards.model.query import Function, Scope
from devices.registry import kinds
from devices.schema import Kind
from ingest.rollups.columns import device_columns, site_columns, state_words

KINDS = [*kinds().values()]
NAMES = [*kinds()]


def known(kind: Kind, scope: Scope) -> list[str]:
    return [
        column_name(field, statistic, scope)
        for field in kind.fields
        for statistic in statistics(field, scope)
    ]


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_boards_know_exactly_the_columns_of_a_devices_windows(kind):
    assert sorted(known(kind, Scope.DEVICE)) == sorted(device_columns(kind))


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_boards_know_exactly_the_columns_of_a_sites_windows(kind):
    assert sorted([DEVICES_COUNT, *known(kind, Scope.SITE)]) == sorted(site_columns(kind))


def test_words_stand_in_columns_as_the_service_writes_them():
    states = [field for kind in KINDS for field in kind.fields if field.states]
    assert states
    for field in states:
        assert tuple(map(word_in_column, field.states)) == state_words(field)


def test_a_statistic_that_is_not_kept_is_refused_with_those_that_are():
    power = kinds()["smart_meter"].fields[2]
    with pytest.raises(ValueError, match="no 'p95' is kept of it, only mean, min, max, count"):
        column_name(power, "p95", Scope.DEVICE)


def test_raw_readings_have_no_statistics():
    with pytest.raises(ValueError, match="keep 'voltage_l1_v' itself"):
        statistics(kinds()["smart_meter"].fields[0], Scope.RAW)


@pytest.mark.parametrize(
    ("statistic", "function"),
    [
        ("mean", Function.MEAN),
        ("max", Function.MAX),
        ("min", Function.MIN),
        ("sum", Function.MEAN),
        ("increase", Function.SUM),
        ("count", Function.SUM),
        ("last", Function.LAST),
        ("running_s", Function.SUM),
        ("running_count", Function.LAST),
        ("true_count", Function.MAX),
    ],
)
def test_windows_are_put_together_as_their_statistic_asks(statistic, function):
    assert function_for(statistic) is function

"""Every column that a board asks for is kept where the board asks for it."""

from collections.abc import Iterator

import pytest

from dashboards.asking import alerts, service
from dashboards.model.board import Board
from dashboards.model.query import Database, Function, Query, Source
from devices.registry import kinds
from ingest.rollups.columns import device_columns, site_columns
from tests.dashboards.boards.built import BOARDS, queries

TIERS = ("1m", "15m", "1h")
TIERED = "{tier}"


def measurements() -> Iterator[tuple[tuple[Database, str], tuple[set[str], set[str]]]]:
    """Yield each measurement with its tags and its columns."""
    raw = Database.RAW
    yield (raw, "alert"), ({*alerts.TAGS}, {*alerts.FIELDS})
    yield (raw, "snowgrid_service"), ({"instance"}, {*service.FIGURES})
    for name, kind in kinds().items():
        device = {"site", "device"}
        yield (raw, name), (device, set(kind.column))
        for tier in (*TIERS, TIERED):
            yield (Database.ROLLUP, f"{name}_{tier}"), (device, set(device_columns(kind)))
            yield (Database.ROLLUP, f"{name}_site_{tier}"), ({"site"}, set(site_columns(kind)))


KEPT = dict(measurements())
COUNTING_UP = {*service.FIGURES} - {"lag_s", "devices", "connected", "alerts_firing"}


def place(source: Source) -> tuple[Database, str]:
    tier = f"_{TIERED}" if source.tiered else ""
    return source.database, f"{source.measurement}{tier}"


def fields(query: Query) -> set[str]:
    divisors = {column.divided_by for column in query.columns} - {""}
    return {column.field for column in query.columns} | divisors


each_board = pytest.mark.parametrize("board", BOARDS, ids=[board.uid for board in BOARDS])


@each_board
def test_every_field_is_a_column_or_tag_of_its_measurement(board: Board):
    for query in queries(board):
        tags, columns = KEPT[place(query.source)]
        known = {column.name for column in query.inner.columns} if query.inner else columns
        kept_apart = set(query.inner.by) if query.inner else tags
        plain = {column.function for column in query.columns} == {Function.EVERY}
        assert fields(query) <= known | (kept_apart if plain else set())


@each_board
def test_every_series_is_kept_apart_by_tags_of_its_measurement(board: Board):
    for query in queries(board):
        tags, _ = KEPT[place(query.source)]
        assert set(query.by) <= (set(query.inner.by) if query.inner else tags)


@each_board
def test_every_condition_is_on_a_tag_or_a_text(board: Board):
    for query in queries(board):
        tags, _ = KEPT[place(query.source)]
        texts = {column.name for column in query.inner.columns} if query.inner else set()
        assert {condition.name for condition in query.where} <= tags | texts


@each_board
def test_every_variable_offers_tags_of_its_measurement(board: Board):
    for variable in board.variables:
        assert variable.source
        tags, _ = KEPT[place(variable.source)]
        assert variable.tag in tags
        assert {condition.name for condition in variable.where} <= tags


@each_board
def test_raw_readings_are_asked_of_single_devices_only(board: Board):
    for query in queries(board):
        if query.source.database is Database.RAW and query.source.measurement in kinds():
            assert {"site", "device"} <= {condition.variable for condition in query.where}


@each_board
def test_windows_of_devices_are_asked_of_one_site_only(board: Board):
    for query in queries(board):
        tags, _ = KEPT[place(query.source)]
        if query.source.database is Database.ROLLUP and "device" in tags and not query.inner:
            assert "site" in {condition.variable for condition in query.where}


@each_board
def test_rates_are_taken_of_figures_that_count_up(board: Board):
    for query in queries(board):
        for column in query.columns:
            if column.function in {Function.RATE, Function.GROWTH}:
                assert column.field in COUNTING_UP

"""Every panel of every board, read from both stores, which hold the same hour of the region."""

import pytest

from dashboards.model.board import Board
from dashboards.readers.base import Reader, Series, Value
from dashboards.readers.panels import View, read_panel
from dashboards.web.described import panel_ids
from tests.dashboards.boards.built import BOARDS
from tests.dashboards.grafana.evening import BEGIN_MS, END_MS, lines
from tests.dashboards.readers.pair import Pair, assert_same
from tests.dashboards.web.browser.stored import store_evening

DEVICES = {f"snowgrid-device-{kind}" for kind in ("smart_meter", "snow_gun", "ups")}
DRAWN = {
    board.uid: board
    for board in BOARDS
    if not board.asks_prometheus and (board.listed or board.uid in DEVICES)
}


@pytest.fixture(scope="module")
def full(pair: Pair) -> Pair:
    """Both stores, with all that boards ask for."""
    store_evening(pair.file)
    for body in lines().values():
        pair.write_lines(body)
    return pair


async def choices_on(board: Board, reader: Reader) -> dict[str, tuple[str, ...]]:
    choices: dict[str, tuple[str, ...]] = {}
    for variable in board.variables:
        values = await reader.values(variable, choices)
        choices[variable.name] = tuple(values if variable.several else values[:1])
    return choices


@pytest.mark.parametrize("uid", DRAWN)
async def test_both_stores_show_the_same(full, uid):
    board = DRAWN[uid]
    duckdb = full.duckdb()
    async with full.influxdb() as influxdb:
        choices = await choices_on(board, duckdb)
        assert await choices_on(board, influxdb) == choices
        view = View(from_ms=BEGIN_MS, to_ms=END_MS, width_px=600, choices=choices)
        for panel in panel_ids(board).values():
            one = await read_panel(panel, view, duckdb)
            other = await read_panel(panel, view, influxdb)
            for target, found, expected in zip(
                panel.targets, one.targets, other.targets, strict=True
            ):
                assert found.left_out == expected.left_out
                if target.query.most:  # of equals, either may be left out
                    assert firsts(found.series) == firsts(expected.series)
                elif target.query.newest > 1:  # at the same moment, either may be the newer
                    assert moments(found.series) == moments(expected.series)
                else:
                    assert_same(found.series, expected.series)


def firsts(series: list[Series]) -> list[Value]:
    return [next(iter(each.columns.values()))[0] for each in series]


def moments(series: list[Series]) -> list[list[int] | None]:
    return [each.times_ms for each in series]

"""Rows that nothing puts together: all of them or the newest, with their words."""

from dataclasses import replace

import numpy as np
import pytest

from dashboards.model.query import Column, Condition, Function, Query
from dashboards.model.tiers import MOST_POINTS
from dashboards.model.variable import Variable
from dashboards.readers.base import Reader, Series, Span
from ingest.core.rows import Bucket, Rows
from tests.dashboards.readers.pair import Pair, about
from tests.dashboards.readers.questions import SOURCE, START_MS

ROWS = Rows(
    bucket=Bucket.ROLLUP,
    measurement="gauge",
    tags={"site": ["a", "a", "b", "b"], "device": ["u", "u", "v", "u"]},
    ts_ms=START_MS + np.array([0, 20_000, 10_000, 30_000], np.int64),
    columns={
        "x": np.array([1.0, 2.0, 3.0, np.nan]),
        "y": np.array([np.nan, np.nan, np.nan, 4.0]),
        "word": ["on", "off", "no load", "on"],
    },
)
HOUR = Span(from_ms=START_MS, to_ms=START_MS + 3_600_000, interval_ms=60_000)
EVERY = Query(
    source=SOURCE,
    columns=tuple(
        Column(field=name, function=Function.EVERY, name=name) for name in ("word", "x", "site")
    ),
)


@pytest.fixture(params=["duckdb", "influxdb"])
def store(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def read(
    pair: Pair, store: str, query: Query, rows: Rows = ROWS, span: Span = HOUR
) -> list[Series]:
    query = about(pair.put(rows), query)
    async with pair.influxdb() as influxdb:
        reader: Reader = influxdb if store == "influxdb" else pair.duckdb()
        return await reader.read(query, span, {})


def at(*seconds: int) -> list[int]:
    return [START_MS + 1_000 * each for each in seconds]


async def test_rows_come_in_the_order_of_time_with_tags_as_columns(pair, store):
    (series,) = await read(pair, store, EVERY)
    assert series.times_ms == at(0, 10, 20, 30)
    assert series.columns == {
        "word": ["on", "no load", "off", "on"],
        "x": [1.0, 3.0, 2.0, None],
        "site": ["a", "b", "a", "b"],
    }


async def test_the_newest_rows_come_newest_first(pair, store):
    (series,) = await read(pair, store, replace(EVERY, newest=2))
    assert (series.times_ms, series.columns["word"]) == (at(30, 20), ["on", "off"])


async def test_the_newest_row_of_each_series_is_one_of_each(pair, store):
    found = await read(pair, store, replace(EVERY, newest=1, by=("site", "device")))
    assert [(*each.tags.values(), each.columns["word"], each.times_ms) for each in found] == [
        ("a", "u", ["off"], at(20)),
        ("b", "u", ["on"], at(30)),
        ("b", "v", ["no load"], at(10)),
    ]


async def test_the_newest_rows_can_be_asked_once_more(pair, store):
    latest = replace(EVERY, newest=1, by=("site", "device"))
    query = replace(EVERY, inner=latest, where=(Condition(name="word", values=("on",)),))
    (series,) = await read(pair, store, query)
    assert (series.columns["word"], series.times_ms) == (["on"], at(30))


async def test_words_are_told_by_the_last_of_an_interval(pair, store):
    column = Column(field="word", function=Function.LAST, name="word")
    span = replace(HOUR, to_ms=START_MS + 60_000, interval_ms=20_000)
    (series,) = await read(pair, store, Query(source=SOURCE, columns=(column,)), span=span)
    assert (series.times_ms, series.columns["word"]) == (at(0, 20, 40), ["no load", "on", None])


async def test_no_series_has_more_rows_than_can_be_drawn(pair, store):
    n = MOST_POINTS + 10
    many = Rows(
        bucket=Bucket.ROLLUP,
        measurement="many",
        tags={"site": ["a"] * n, "device": ["u"] * n},
        ts_ms=START_MS + 1_000 * np.arange(n, dtype=np.int64),
        columns={"x": np.arange(n, dtype=np.float64), "word": ["on"] * n},
    )
    (series,) = await read(pair, store, EVERY, many)
    assert series.columns["x"] == [*np.arange(10.0, n)]


async def test_a_ranking_has_the_greatest_first_and_the_least_where_asked(pair, store):
    column = Column(field="x", function=Function.MAX, name="x")
    query = Query(source=SOURCE, columns=(column,), by=("device",), over_time=False, most=1)
    (most,) = await read(pair, store, query)
    (least,) = await read(pair, store, replace(query, least=True, by=("site",)))
    assert (most.tags, most.columns) == ({"device": "v"}, {"x": [3.0]})
    assert (least.tags, least.columns) == ({"site": "a"}, {"x": [2.0]})


async def test_what_nobody_wrote_is_no_row(pair, store):
    nowhere = replace(SOURCE, measurement="nowhere")
    async with pair.influxdb() as influxdb:
        reader: Reader = influxdb if store == "influxdb" else pair.duckdb()
        assert await reader.read(replace(EVERY, source=nowhere), HOUR, {}) == []
        assert await reader.values(offered("site", "nowhere"), {}) == []


async def test_a_variable_offers_what_is_there_for_those_before_it(pair, store):
    name = pair.put(ROWS)
    devices = offered("device", name, Condition(name="site", variable="site"))
    async with pair.influxdb() as influxdb:
        reader: Reader = influxdb if store == "influxdb" else pair.duckdb()
        assert await reader.values(offered("site", name), {}) == ["a", "b"]
        assert await reader.values(devices, {"site": ("a",)}) == ["u"]
        assert await reader.values(devices, {"site": ()}) == ["u", "v"]


def offered(tag: str, measurement: str, *where: Condition) -> Variable:
    source = replace(SOURCE, measurement=measurement)
    return Variable(name=tag, label=tag, tag=tag, source=source, where=where)

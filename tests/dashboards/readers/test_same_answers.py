"""Both stores give the same answer to any question about any rows."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.model.query import Column, Fill, Function, Query
from dashboards.readers.base import Series, Span
from ingest.core.rows import Rows
from tests.dashboards.readers import questions
from tests.dashboards.readers.pair import Pair, about, assert_same

CHOICES = {"site": ("b",)}
SOME = settings(max_examples=15)


async def both(
    pair: Pair, rows: Rows, query: Query, span: Span
) -> tuple[list[Series], list[Series]]:
    query = about(pair.put(rows), query)
    async with pair.influxdb() as influxdb:
        expected = await influxdb.read(query, span, CHOICES)
    return await pair.duckdb().read(query, span, CHOICES), expected


@SOME
@given(rows=questions.rows(), query=questions.over_time(fills=Fill), span=questions.spans())
async def test_intervals_hold_the_same(pair, rows, query, span):
    assert_same(*await both(pair, rows, query, span))


@SOME
@given(rows=questions.rows(), query=questions.at_once(), span=questions.spans())
async def test_a_whole_range_holds_the_same(pair, rows, query, span):
    assert_same(*await both(pair, rows, query, span))


@SOME
@given(
    rows=questions.rows(),
    query=questions.over_time((*questions.GROWING, Function.MAX)),
    span=questions.spans(),
)
async def test_growth_is_the_same(pair, rows, query, span):
    assert_same(*await both(pair, rows, query, span))


@SOME
@given(
    rows=questions.rows(),
    inner=questions.over_time() | questions.over_time(questions.GROWING),
    function=st.sampled_from(questions.STATISTICS),
    by=questions.by,
    over_time=st.booleans(),
    span=questions.spans(),
)
async def test_statistics_of_statistics_are_the_same(
    pair, rows, inner, function, by, over_time, span
):
    query = Query(
        source=questions.SOURCE,
        columns=(Column(field="c0", function=function, name="c"),),
        by=tuple(tag for tag in by if tag in inner.by),
        over_time=over_time,
        inner=inner,
    )
    assert_same(*await both(pair, rows, query, span))

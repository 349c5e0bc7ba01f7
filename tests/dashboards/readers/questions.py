"""Any rows, and any question about them."""

from collections.abc import Iterable

import numpy as np
from hypothesis import strategies as st

from dashboards.model.query import Column, Condition, Database, Fill, Function, Query, Source
from dashboards.readers.base import Span
from ingest.core.rows import Bucket, Rows

START_MS = 1_760_000_000_000
STEP_MS = 5_000
STEPS = 120
WORDS = ("on", "off", "no load")
SOURCE = Source(database=Database.ROLLUP, measurement="gauge", tiered=False)
STATISTICS = (
    Function.MEAN,
    Function.SUM,
    Function.MIN,
    Function.MAX,
    Function.FIRST,
    Function.LAST,
    Function.COUNT,
)
GROWING = (Function.RATE, Function.GROWTH)
UNFILLED = (Fill.NONE, Fill.NULL)
NUMBERS = ("x", "y", "never_written")

number = st.integers(-4, 12).map(lambda quarters: quarters / 4)


@st.composite
def rows(draw: st.DrawFn, measurement: str = "gauge") -> Rows:
    """Rows of up to six devices within ten minutes, with holes in time and in columns."""
    places = draw(
        st.lists(
            st.tuples(st.sampled_from("ab"), st.sampled_from("uvw"), st.integers(0, STEPS - 1)),
            min_size=1,
            max_size=40,
            unique=True,
        )
    )
    n = len(places)
    maybe = st.none() | number
    xs = draw(st.lists(maybe, min_size=n, max_size=n))
    ys = draw(st.lists(maybe, min_size=n, max_size=n))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=n, max_size=n))
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement=measurement,
        tags={"site": [site for site, _, _ in places], "device": [each for _, each, _ in places]},
        ts_ms=np.array([START_MS + STEP_MS * step for _, _, step in places], np.int64),
        columns={"x": np.array(xs, np.float64), "y": np.array(ys, np.float64), "word": words},
    )


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """A stretch that begins and ends anywhere within or around the rows."""
    first, last = sorted(draw(st.tuples(st.integers(-200, 600_000), st.integers(0, 700_000))))
    interval_ms = 1_000 * draw(st.sampled_from((10, 30, 60, 300)))
    return Span(from_ms=START_MS + first, to_ms=START_MS + last + 1, interval_ms=interval_ms)


def columns(functions: tuple[Function, ...]) -> st.SearchStrategy[tuple[Column, ...]]:
    """One to three columns about numbers, named `c0` and so on."""
    about = st.tuples(
        st.sampled_from(NUMBERS), st.sampled_from(functions), st.sampled_from((1.0, 0.001, -2.5))
    )
    return st.lists(about, min_size=1, max_size=3).map(
        lambda wanted: tuple(
            Column(field=name, function=function, name=f"c{place}", factor=factor)
            for place, (name, function, factor) in enumerate(wanted)
        )
    )


by = st.sampled_from(((), ("site",), ("device",), ("site", "device")))
where = st.sampled_from(
    (
        (),
        (Condition(name="site", values=("a",)),),
        (Condition(name="device", values=("u", "w")),),
        (Condition(name="device", values=("u",), negated=True),),
        (Condition(name="site", variable="site"),),
        (Condition(name="word", values=("on", "no load")),),
    )
)


def over_time(
    functions: tuple[Function, ...] = STATISTICS, fills: Iterable[Fill] = UNFILLED
) -> st.SearchStrategy[Query]:
    """A row for each interval."""
    return st.builds(
        Query,
        source=st.just(SOURCE),
        columns=columns(functions),
        where=where,
        by=by,
        fill=st.sampled_from([*fills]),
    )


def at_once() -> st.SearchStrategy[Query]:
    """A row for the whole range."""
    return st.builds(
        Query,
        source=st.just(SOURCE),
        columns=columns(STATISTICS),
        where=where,
        by=by,
        over_time=st.just(value=False),
    )

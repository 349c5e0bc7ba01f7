"""Any readings: few devices, times that collide, steps that resets and rollovers are made of."""

from hypothesis import strategies as st

from tests.ingest.rollups.runs import START_MS, Reading

DEVICES = [("ridge", "a"), ("ridge", "b"), ("valley", "a"), ("valley", "c")]

# Seconds close together, minutes, quarters of an hour and hours: windows with much and with none.
times = st.one_of(
    st.integers(0, 40).map(lambda n: n * 5_000),
    st.integers(0, 60).map(lambda n: n * 150_000 + 1),
    st.integers(0, 10_800).map(lambda n: n * 1_000),
)

values = st.tuples(
    st.none() | st.integers(-500, 500).map(lambda n: n / 10) | st.floats(-5_000, 5_000, width=32),
    st.none() | st.integers(0, 360).map(float),
    st.none() | st.integers(0, 30).map(lambda n: (n * 17 % 31 + 9_970) % 10_000 / 100),
    st.none() | st.sampled_from(["off", "on", "OL CHRG"]),
    st.none() | st.booleans(),
    st.none() | st.just(-0.0),
).filter(lambda said: any(value is not None for value in said))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    site, device = draw(st.sampled_from(DEVICES))
    return Reading(site, device, START_MS + draw(times), *draw(values))


many_readings = st.lists(readings(), min_size=1, max_size=40)

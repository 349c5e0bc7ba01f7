import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.aggregation.touched import MOST_PLACES, Touched
from ingest.core.frame import Frame
from ingest.rollups.span import Span
from tests.ingest.stores.frames import GUN, LIFT, Fleet, Reading

SPAN_MS = 1_000
SITES = ("ridge", "valley")


class Region(Fleet):
    """Devices of both sites in one registry: names tell the site."""

    def __init__(self) -> None:
        super().__init__()
        for kind in (GUN, LIFT):
            for site in SITES:
                self.site = site
                for number in range(3):
                    self.index(kind, f"{site}-{number}")


READING = st.tuples(st.sampled_from(SITES), st.integers(0, 2), st.integers(0, 4_999))
BATCH = st.lists(st.tuples(st.sampled_from([GUN.name, LIFT.name]), st.lists(READING, min_size=1)))


def frames_of(region: Region, batch: list[tuple[str, list[tuple[str, int, int]]]]) -> list[Frame]:
    kinds = {kind.name: kind for kind in (GUN, LIFT)}
    return [
        region.frame(
            kinds[name],
            [Reading(f"{site}-{number}", ts_ms, {}) for site, number, ts_ms in readings],
        )
        for name, readings in batch
    ]


@settings(max_examples=50)
@given(batches=st.lists(BATCH, max_size=4), forget=st.data())
def test_every_span_is_told_once_until_it_is_forgotten(batches, forget):
    region, touched = Region(), Touched(SPAN_MS)
    told: set[Span] = set()
    for batch in batches:
        there = {
            Span(name, site, ts_ms // SPAN_MS * SPAN_MS)
            for name, readings in batch
            for site, _, ts_ms in readings
        }
        places, spans = touched.look(frames_of(region, batch))
        assert places == {(span.kind, span.start_ms) for span in there}
        assert there - told <= spans <= there
        told |= there
        if told and forget.draw(st.booleans()):
            gone = forget.draw(st.sampled_from(sorted(told)))
            touched.forget((gone.kind, gone.start_ms))
            told = {s for s in told if (s.kind, s.start_ms) != (gone.kind, gone.start_ms)}


def test_a_device_that_is_heard_again_is_nothing_new():
    region, touched = Region(), Touched(SPAN_MS)
    frame = region.frame(GUN, [Reading("ridge-0", 100, {}), Reading("valley-1", 200, {})])
    assert len(touched.look([frame])[1]) == 2
    assert touched.look([frame]) == ({(GUN.name, 0)}, set())


def test_an_empty_frame_touches_nothing():
    empty = Fleet().columns(LIFT, np.empty(0), np.empty(0), np.empty((0, 1)))
    assert Touched(SPAN_MS).look([empty]) == (set(), set())


def test_places_without_end_take_no_memory_without_end_and_the_latest_stay_known():
    region, touched = Region(), Touched(SPAN_MS)
    for start_ms in range(0, 3 * MOST_PLACES * SPAN_MS, SPAN_MS):
        frame = region.frame(GUN, [Reading("ridge-0", start_ms, {}), Reading("ridge-1", 0, {})])
        touched.look([frame])
        assert len(touched._heard) <= MOST_PLACES
    _, spans = touched.look([frame])
    assert spans == set()

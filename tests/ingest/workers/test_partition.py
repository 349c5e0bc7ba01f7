"""However the stream is cut: every topic comes to exactly one worker, and a device stays there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.registry import kinds
from ingest.core.filters import matches
from ingest.errors import ConfigError
from ingest.workers.partition import Part, deal, load_of, pieces_of

KINDS = sorted(kinds())
SITES = ("valley", "ridge", "town-3")
DEFAULT = ("telemetry/#",)

levels = st.sampled_from(("valley", "UPPER", "", "+x", "toaster", *KINDS[:3]))
known = st.tuples(st.sampled_from(SITES), st.sampled_from(KINDS), st.sampled_from(("d-1", "d-2")))
topics = st.one_of(known.map(list), st.lists(levels, max_size=5)).map(
    lambda rest: "/".join(("telemetry", *rest))
)
weights = st.dictionaries(st.sampled_from(KINDS), st.floats(0, 1e9))
by_site = st.lists(
    st.sampled_from([f"telemetry/{site}/#" for site in SITES]), min_size=2, max_size=3, unique=True
)


def takers(parts: tuple[Part, ...], topic: str) -> list[Part]:
    """Return the parts that take a message: as often as it comes, less what is left."""
    return [
        part
        for part in parts
        for pattern in part.topics
        if matches(pattern, topic)
        and not any(matches(other, topic) for other in part.except_topics)
    ]


@given(topics, st.integers(1, 8), weights)
def test_by_kind_every_topic_comes_to_exactly_one_worker(topic, workers, weights):
    parts = deal(pieces_of(DEFAULT, KINDS), workers, weights)
    assert len(parts) == workers
    assert len(takers(parts, topic)) == 1


@given(topics, by_site, st.booleans(), weights, st.data())
def test_by_site_every_topic_that_is_listed_comes_to_exactly_one_worker(
    topic, sites, with_rest, weights, data
):
    listed = [*sites, *(DEFAULT if with_rest else ())]
    workers = data.draw(st.integers(1, len(listed)))
    parts = deal(pieces_of(listed, KINDS), workers, weights)
    assert len(takers(parts, topic)) == any(matches(pattern, topic) for pattern in listed)


@given(st.sampled_from(SITES), st.sampled_from(KINDS), st.integers(1, 8), weights)
def test_all_devices_of_a_kind_at_a_site_have_the_same_worker(site, kind, workers, weights):
    parts = deal(pieces_of(DEFAULT, KINDS), workers, weights)
    one, another = (f"telemetry/{site}/{kind}/{device}" for device in ("a", "b"))
    assert takers(parts, one) == takers(parts, another)


@given(st.permutations(["telemetry/valley/#", "telemetry/+/pdu/+", "telemetry/west/ups/+"]))
def test_filters_that_cross_are_dealt_together(listed):
    parts = deal(pieces_of(listed, KINDS), 2, {})
    assert len({id(part) for part in takers(parts, "telemetry/valley/pdu/p-1")}) == 1


def test_whoever_has_the_rest_subscribes_last():
    *others, last = deal(pieces_of(DEFAULT, KINDS), 3, {})
    assert last.topics == DEFAULT
    assert set(last.except_topics) == {topic for part in others for topic in part.topics}


def test_what_was_measured_makes_the_parts_even():
    counted = dict.fromkeys(KINDS, 1_000.0) | {"smart_meter": 18_000.0}
    parts = deal(pieces_of(DEFAULT, KINDS), 2, counted)
    loads = [load_of(part, KINDS, counted) for part in parts]
    assert max(loads) < 1.15 * min(loads)
    assert "telemetry/+/smart_meter/+" in parts[0].topics
    assert len(parts[0].topics) < len(KINDS) / 4


def test_what_cannot_be_cut_is_refused_with_the_key_to_change():
    with pytest.raises(ConfigError, match=r"service\.workers.*mqtt\.topics"):
        deal(pieces_of(["telemetry/+/pdu/+"], KINDS), 2, {})
    with pytest.raises(ConfigError, match=r"3 workers"):
        deal(pieces_of(["telemetry/valley/#", "telemetry/ridge/#"], KINDS), 3, {})

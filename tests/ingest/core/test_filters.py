"""Filters, held against what paho makes of them."""

import paho.mqtt.client as paho
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.core.filters import covers, matches, overlap

LEVELS = ("a", "b")
topics = st.lists(st.sampled_from(LEVELS), min_size=1, max_size=4).map("/".join)
stems = st.lists(st.sampled_from((*LEVELS, "+")), max_size=3)
filters = st.tuples(stems, st.sampled_from((*LEVELS, "+", "#"))).map(
    lambda parts: "/".join((*parts[0], parts[1]))
)
EVERY_TOPIC = [
    "/".join(f"{number:0{length}b}".replace("0", "a").replace("1", "b"))
    for length in range(1, 6)
    for number in range(2**length)
]


@given(filters, topics)
def test_a_filter_matches_what_paho_says_it_does(pattern: str, topic: str):
    assert matches(pattern, topic) == paho.topic_matches_sub(pattern, topic)


@given(filters, filters)
def test_filters_overlap_when_there_is_a_topic_that_both_match(one: str, other: str):
    both = [topic for topic in EVERY_TOPIC if matches(one, topic) and matches(other, topic)]
    assert overlap(one, other) == bool(both)
    assert overlap(other, one) == bool(both)


@given(filters, filters)
def test_a_filter_covers_another_when_it_matches_all_that_the_other_does(wide: str, narrow: str):
    # A level that is neither a nor b stands for all others that there could be.
    narrow_topics = [narrow.replace("+", "z").replace("#", deep) for deep in ("z", "z/z", "z/z/z")]
    if narrow.endswith("/#"):
        narrow_topics.append(narrow.removesuffix("/#").replace("+", "z"))
    assert covers(wide, narrow) == all(matches(wide, topic) for topic in narrow_topics)


@pytest.mark.parametrize(
    ("pattern", "topic", "matched"),
    [
        ("telemetry/#", "telemetry", True),
        ("telemetry/#", "telemetry/", True),
        ("telemetry/+", "telemetry", False),
        ("$share/group/telemetry/+/pdu/+", "telemetry/hall/pdu/p-1", True),
        ("#", "$SYS/uptime", False),
        ("+/uptime", "$SYS/uptime", False),
    ],
)
def test_levels_that_are_easily_forgotten(pattern: str, topic: str, *, matched: bool):
    assert matches(pattern, topic) is matched

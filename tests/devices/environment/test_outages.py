"""Outages: as rare as city reliability allows, each site's own, and whole when they overlap."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from devices.environment.outages import Outage, Outages, merged
from devices.environment.region import Region
from tests.devices.environment.made import event
from tests.devices.places import CHONGLI, LANGFANG, moment

HOUR_S = 3600

spans = st.builds(
    lambda start_s, length_s: Outage(start_s, start_s + length_s),
    st.integers(0, 200),
    st.integers(1, 50),
)


def outages(found: Outages, *, days: int) -> list[Outage]:
    """Every outage that begins in the days since 2026, found by looking once an hour."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    looks = (found.last(start + timedelta(hours=hour)) for hour in range(24 * days))
    return sorted({each for each in looks if each and each.start_s >= start.timestamp()})


def test_a_year_has_the_outages_that_city_reliability_allows():
    years = [outages(Outages(seed, "langfang"), days=365) for seed in range(12)]
    lengths_s = [outage.end_s - outage.start_s for year in years for outage in year]
    assert 4 < len(lengths_s) / len(years) < 8
    assert 0.9985 < 1 - sum(lengths_s) / (len(years) * 365 * 86_400) < 0.9995


def test_mains_and_voltage_are_gone_from_start_to_end_of_an_outage():
    grid = Region(1).at(LANGFANG).grid
    outage = outages(Outages(1, "langfang"), days=400)[0]
    for shift_s, on in ((-1.0, True), (0.0, False), (1.0, False)):
        now = datetime.fromtimestamp(outage.start_s + shift_s, UTC)
        assert grid.mains_on(now) is on
        assert (grid.voltage_v(now) > 200) is on
    assert grid.mains_on(datetime.fromtimestamp(outage.end_s, UTC))


def test_sites_have_outages_of_their_own():
    assert outages(Outages(1, "langfang"), days=400) != outages(Outages(1, "zhangbei"), days=400)


def test_an_outage_event_hits_the_sites_it_lists_and_no_other():
    made = event("outage", "2026-01-15 10:00", hours=1, sites=("langfang",))
    region, now = Region(1, [made]), moment("2026-01-15 10:30")
    assert not region.at(LANGFANG).grid.mains_on(now)
    assert region.at(CHONGLI).grid.mains_on(now)
    everywhere = Region(1, [event("outage", "2026-01-15 10:00", hours=1)])
    assert not any(everywhere.at(site).grid.mains_on(now) for site in (LANGFANG, CHONGLI))


def test_an_event_that_overlaps_a_drawn_outage_makes_one_long_outage():
    drawn = outages(Outages(1, "langfang"), days=400)[0]
    begin = datetime.fromtimestamp(drawn.start_s - HOUR_S, UTC).astimezone()
    made = event("outage", "2026-01-01 00:00", hours=1 + 10 / 3600)
    both = Outages(1, "langfang", [replace(made, start=begin)])
    for shift_s in (-HOUR_S, 0, drawn.end_s - drawn.start_s + 60):
        seen = both.last(datetime.fromtimestamp(drawn.start_s + shift_s, UTC))
        assert seen == Outage(drawn.start_s - HOUR_S, max(drawn.end_s, drawn.start_s + 10))


def test_an_outage_of_weeks_keeps_its_beginning_whenever_it_is_seen():
    outages = Outages(3, "langfang", [event("outage", "2026-01-01 00:00", hours=24 * 40)])
    seen = {outages.last(moment("2026-01-01 00:00") + timedelta(days=day)) for day in range(40)}
    assert len(seen) == 1


@given(st.lists(spans, max_size=8))
def test_merged_outages_are_apart_in_order_and_cover_the_same_seconds(several):
    whole = merged(several)
    assert all(one.end_s < next_one.start_s for one, next_one in pairwise(whole))
    assert _seconds(whole) == _seconds(several)


@given(st.permutations(range(0, 40 * 24, 7)))
def test_outages_are_the_same_in_any_order_of_asking(hours):
    made = [event("outage", "2026-01-20 00:00", hours=30)]
    times = [moment("2026-01-01 00:00") + timedelta(hours=hour) for hour in hours]
    asked = Outages(8, "langfang", made)
    seen = {now: asked.last(now) for now in times}
    fresh = Outages(8, "langfang", made)
    assert seen == {now: fresh.last(now) for now in sorted(times)}


def _seconds(several: Iterable[Outage]) -> set[int]:
    return {second for each in several for second in range(each.start_s, each.end_s)}

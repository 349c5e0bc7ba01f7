"""Simulated time passes the same way every time, evenly, and for each device on its own."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise, takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.arrays import Floats
from devices.environment.region import SiteEnvironment
from devices.fleets.file import load_fleet
from devices.fleets.fleet import Fleet
from devices.simulator.simulation import Simulation, Turn
from tests.devices.sample import SAMPLE, SampleModel, sample_fleet

START = datetime(2026, 1, 15, 10, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)

Reading: TypeAlias = tuple[int, int, bytes]  # timestamp, sequence number, values


def turns(fleet: Fleet, *, seed: int = 1, start: datetime = START, for_s: float) -> list[Turn]:
    end_ms = start.timestamp() * 1000 + for_s * 1000
    simulation = Simulation(fleet, seed=seed, start=start)
    return list(takewhile(lambda turn: turn.ts_ms < end_ms, simulation.turns()))


def readings(
    fleet: Fleet, *, seed: int = 1, start: datetime = START, for_s: float
) -> dict[tuple[str, str, str], list[Reading]]:
    """Return all readings by site, kind and device."""
    found = defaultdict(list)
    for turn in turns(fleet, seed=seed, start=start, for_s=for_s):
        group = fleet.groups[turn.group]
        for device, seq, values in zip(turn.devices, turn.seq, turn.values, strict=True):
            key = (group.site, group.kind.name, group.names[device])
            found[key].append((turn.ts_ms, int(seq), values.tobytes()))
    return dict(found)


class SteadyModel(SampleModel):
    """Never changes a state, so that nobody speaks out of turn."""

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        steady = np.zeros(len(self._running_s))
        arrays = super().step(now, dt_s, environment)
        return {**arrays, "mode_state": steady, "cover_open": steady}


STEADY = replace(SAMPLE, model=SteadyModel)


def test_the_region_is_played_the_same_way_twice():
    fleet = load_fleet("jing-jin-ji")
    assert readings(fleet, for_s=20) == readings(fleet, for_s=20)


def test_another_seed_gives_other_readings():
    fleet = sample_fleet()
    assert readings(fleet, seed=1, for_s=20) != readings(fleet, seed=2, for_s=20)


def test_the_number_of_gateways_does_not_change_a_reading():
    assert readings(sample_fleet(gateways=1), for_s=30) == readings(
        sample_fleet(gateways=7), for_s=30
    )


def test_a_neighbouring_fleet_does_not_change_a_reading():
    alone, region = load_fleet("zhangbei"), load_fleet("jing-jin-ji")
    both = readings(region, for_s=10)
    assert readings(alone, for_s=10).items() <= both.items()


def test_turns_come_in_the_order_of_their_times():
    times = [turn.ts_ms for turn in turns(load_fleet("chongli"), for_s=12)]
    assert times == sorted(times)
    assert times[0] >= START_MS


@given(
    count=st.integers(1, 300),
    interval_ms=st.integers(100, 30_000),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_each_device_reports_once_an_interval_and_counts_its_readings(count, interval_ms, start):
    fleet = sample_fleet(count=count, interval_s=interval_ms / 1000, kind=STEADY)
    heard = readings(fleet, start=start, for_s=4 * interval_ms / 1000)
    assert len(heard) == count
    for series in heard.values():
        assert len(series) == 4
        assert [seq for _, seq, _ in series] == [0, 1, 2, 3]
        assert all(b - a == interval_ms for (a, *_), (b, *_) in pairwise(series))


def test_a_large_group_is_heard_evenly_and_not_all_at_once():
    fleet = sample_fleet(count=655, kind=STEADY)
    per_second = Counter(
        (turn.ts_ms - START_MS) // 1000 for turn in turns(fleet, for_s=21) for _ in turn.devices
    )
    assert all(50 <= per_second[second] <= 80 for second in range(1, 20))
    assert max(len(turn.devices) for turn in turns(fleet, for_s=10)) < 20


def test_a_very_large_group_has_few_turns_with_many_devices_in_each():
    heard = turns(sample_fleet(count=200_000, kind=STEADY), for_s=10)
    assert [len(turn.devices) for turn in heard] == [40_000] * 5


def test_values_belong_to_the_moment_of_their_timestamp():
    fleet = sample_fleet(count=64, interval_s=10, kind=STEADY)
    began_ms = turns(fleet, for_s=10)[0].ts_ms
    for turn in turns(fleet, for_s=25):
        running_s = turn.values[:, SAMPLE.column["running_s"]]
        assert running_s == pytest.approx((turn.ts_ms - began_ms) / 1000, abs=0.051)


class FailingMainsModel(SteadyModel):
    """Gasps in the first step after 30 s, then says nothing for 30 s."""

    def step(
        self, now: datetime, dt_s: float, environment: SiteEnvironment
    ) -> Mapping[str, Floats]:
        arrays = super().step(now, dt_s, environment)
        count, running_s = len(self._running_s), self._running_s[0]
        if not 30 <= running_s < 60:
            return arrays
        gasp = {"cover_open": np.ones(count)} if running_s - dt_s < 30 else {}
        return dict.fromkeys(arrays, np.full(count, np.nan)) | gasp


def test_a_change_of_state_is_told_by_all_at_once_and_silence_is_no_reading():
    fleet = sample_fleet(count=80, kind=replace(SAMPLE, model=FailingMainsModel))
    column = SAMPLE.column["cover_open"]
    gasps: Counter[int] = Counter()
    for turn in turns(fleet, for_s=90):
        assert not np.isnan(turn.values).all(axis=1).any()
        gasps.update(turn.devices[turn.values[:, column] == 1].tolist())
    assert gasps == dict.fromkeys(range(80), 1)
    for series in readings(fleet, for_s=90).values():
        assert [seq for _, seq, _ in series] == list(range(len(series)))
        assert max(b - a for (a, *_), (b, *_) in pairwise(series)) > 25_000


def test_start_may_be_given_in_any_time_zone():
    local = START.astimezone(ZoneInfo("Asia/Shanghai"))
    assert readings(sample_fleet(), for_s=10) == readings(sample_fleet(), start=local, for_s=10)

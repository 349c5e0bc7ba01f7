"""What every store promises."""

import asyncio
from collections.abc import Sequence

import numpy as np

from devices.schema import Kind
from ingest.core.frame import Frame
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet, Reading, Value
from tests.ingest.stores.stores import adds_up, drained


async def keep(harness: Harness, *commits: Sequence[Frame]) -> None:
    """Commit in one run of the service, and wait until the database has it all."""
    committed = 0
    async with harness.open() as store:
        for frames in commits:
            await store.commit(frames)
            committed += sum(len(frame) for frame in frames)
            assert adds_up(store, committed)
        await drained(store)
        assert adds_up(store, committed)
        state = store.state()
        assert (state.stored, state.waiting, state.refused) == (committed, 0, 0)
        assert (state.waiting_bytes, state.complaint) == (0, "")


async def stored(harness: Harness, kind: Kind, *commits: Sequence[Reading]) -> list[Reading]:
    """Return what is there after each group of readings was committed as a frame of its own."""
    fleet = Fleet()
    await keep(harness, *([fleet.frame(kind, readings)] for readings in commits))
    return await asyncio.to_thread(harness.read, kind)


async def test_what_was_committed_is_read_back_exactly(harness: Harness):
    readings = [
        Reading("g1", START_MS, {
            "temperature_c": -12.3, "energy_kwh": 0.1 + 0.2, "mode": "on", "door_open": True,
        }),
        Reading("g1", START_MS + 1, {
            "temperature_c": 1e-7, "energy_kwh": 123456789.123, "mode": "fault 7",
            "door_open": False,
        }),
        Reading("g2", START_MS, {
            "temperature_c": 0.0, "energy_kwh": 5e8, "mode": "off", "door_open": False,
        }),
    ]  # fmt: skip
    assert await stored(harness, GUN, readings) == readings


async def test_absent_fields_stay_absent(harness: Harness):
    values: dict[str, Value] = {
        "temperature_c": 1.5, "energy_kwh": 2.0, "mode": "off", "door_open": True,
    }  # fmt: skip
    readings = [
        Reading("g1", START_MS + n, {name: value}) for n, (name, value) in enumerate(values.items())
    ]
    assert await stored(harness, GUN, readings) == readings


async def test_a_field_absent_from_a_whole_frame_can_come_in_the_next(harness: Harness):
    first = [Reading(f"g{n}", START_MS, {"temperature_c": 1.5}) for n in range(3)]
    second = [Reading("g1", START_MS + 5, {"mode": "fault 7", "door_open": True})]
    assert await stored(harness, GUN, first, second) == [first[0], first[1], *second, first[2]]


async def test_a_state_heard_rarely_is_still_a_word(harness: Harness):
    fleet = Fleet()
    frame = fleet.many(GUN, 5_000)
    frame.values[:, 2:] = np.nan
    frame.values[4_321, 2] = 2
    await keep(harness, [frame])
    words = [each.values["mode"] for each in harness.read(GUN) if "mode" in each.values]
    assert words == ["fault 7"]


async def test_committing_again_changes_nothing(harness: Harness):
    frame = Fleet().many(GUN, 500)
    await keep(harness, [frame])
    once = harness.read(GUN)
    await keep(harness, [frame], [frame, frame])
    assert harness.read(GUN) == once
    assert len(once) == 500


async def test_readings_of_one_identity_merge_and_the_later_value_wins(harness: Harness):
    first = [Reading("g1", START_MS, {"temperature_c": 1.0, "mode": "off"})]
    second = [Reading("g1", START_MS, {"temperature_c": 2.0, "door_open": True})]
    assert await stored(harness, GUN, first, second) == [
        Reading("g1", START_MS, {"temperature_c": 2.0, "mode": "off", "door_open": True})
    ]


async def test_readings_of_one_identity_merge_within_a_frame(harness: Harness):
    readings = [
        Reading("g1", START_MS, {"temperature_c": 1.0, "mode": "off"}),
        Reading("g2", START_MS, {"temperature_c": 7.0}),
        Reading("g1", START_MS, {"energy_kwh": 3.0}),
        Reading("g1", START_MS, {"temperature_c": 2.0}),
    ]
    assert await stored(harness, GUN, readings) == [
        Reading("g1", START_MS, {"temperature_c": 2.0, "energy_kwh": 3.0, "mode": "off"}),
        Reading("g2", START_MS, {"temperature_c": 7.0}),
    ]


async def test_one_device_name_at_two_sites_is_two_devices(harness: Harness):
    readings = [
        Reading("l1", START_MS, {"speed_mps": speed}, site=site)
        for site, speed in (("ridge", 1.0), ("valley", 2.0))
    ]
    await keep(harness, [Fleet(each.site).frame(LIFT, [each]) for each in readings])
    assert harness.read(LIFT) == readings


async def test_several_kinds_go_in_one_commit(harness: Harness):
    fleet = Fleet()
    await keep(
        harness, [fleet.many(GUN, 300), fleet.many(LIFT, 200), fleet.many(GUN, 10, first=300)]
    )
    assert (len(harness.read(GUN)), len(harness.read(LIFT))) == (310, 200)


async def test_large_frames_are_kept_whole(harness: Harness):
    fleet = Fleet()
    frames = [fleet.many(GUN, 5_000, devices=700, first=5_000 * n) for n in range(3)]
    await keep(harness, *([frame] for frame in frames))
    assert len(harness.read(GUN)) == 15_000


async def test_a_commit_of_nothing_is_one(harness: Harness):
    await keep(harness, [], [Fleet().many(GUN, 0)], [Fleet().many(LIFT, 1)])
    assert len(harness.read(LIFT)) == 1


async def test_the_next_run_finds_everything_and_goes_on(harness: Harness):
    fleet = Fleet()
    committed = 0
    for first in (0, 100, 200):
        async with harness.open() as store:
            inherited = store.state().inherited
            await store.commit([fleet.many(GUN, 100, first=first)])
            committed += 100
            assert store.state().stored + store.state().waiting == 100 + inherited
    async with harness.open() as store:
        await drained(store)
    assert len(harness.read(GUN)) == committed

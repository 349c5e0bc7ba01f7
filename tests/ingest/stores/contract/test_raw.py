"""What every store's reader of raw readings promises."""

import numpy as np

from devices.schema import Kind, gauge
from ingest.core.frame import Frame
from ingest.rollups.history import History
from tests.ingest.stores.contract.harness import Harness
from tests.ingest.stores.frames import GUN, LIFT, START_MS, Fleet, Reading, kind_of
from tests.ingest.stores.stores import drained

END_MS = START_MS + 3_600_000


async def read(harness: Harness, kind: Kind, site: str, *span: int) -> History:
    async with harness.reader() as reader:
        return await reader.history(kind, site, *(span or (START_MS, END_MS)))


def in_order(history: History) -> tuple[list[str], list[int], list[list[float]]]:
    names = np.array(history.devices, dtype=np.str_)[history.device]
    order = np.lexsort((history.ts_ms, names))
    return (
        names[order].tolist(),
        history.ts_ms[order].tolist(),
        np.nan_to_num(history.values[order], nan=-1.0).tolist(),
    )


async def keep(harness: Harness, *frames: Frame) -> None:
    async with harness.open() as store:
        await store.commit(frames)
        await drained(store)


async def test_readings_come_back_as_a_frame_has_them(harness: Harness):
    readings = [
        Reading("g1", START_MS, {"temperature_c": 0.1 + 0.2, "mode": "fault 7", "door_open": True}),
        Reading("g1", START_MS + 1, {"energy_kwh": 123456789.123, "door_open": False}),
        Reading("g2", START_MS, {"mode": "off"}),
    ]
    await keep(harness, Fleet().frame(GUN, readings))
    assert in_order(await read(harness, GUN, "ridge")) == (
        ["g1", "g1", "g2"],
        [START_MS, START_MS + 1, START_MS],
        [[0.1 + 0.2, -1, 2, 1], [-1, 123456789.123, -1, 0], [-1, -1, 0, -1]],
    )


async def test_only_what_is_in_the_span_and_at_the_site_is_read(harness: Harness):
    stamps = [START_MS - 1, START_MS, END_MS - 1, END_MS]
    frames = [
        Fleet(site).frame(
            LIFT, [Reading(f"{site}-l", ts_ms, {"speed_mps": 1.0}, site) for ts_ms in stamps]
        )
        for site in ("ridge", "valley")
    ]
    await keep(harness, *frames)
    names, stamps_read, _ = in_order(await read(harness, LIFT, "ridge"))
    assert set(names) == {"ridge-l"}
    assert stamps_read == [START_MS, END_MS - 1]
    async with harness.reader() as reader:
        assert await reader.sites(LIFT) == ["ridge", "valley"]


async def test_many_readings_come_back_whole(harness: Harness):
    frame = Fleet().many(GUN, 12_000, devices=3)
    await keep(harness, frame)
    history = await read(harness, GUN, "ridge")
    order = np.argsort(history.ts_ms)
    assert np.array_equal(history.ts_ms[order], frame.ts_ms)
    assert np.array_equal(history.values[order], frame.values)


async def test_of_a_kind_that_was_never_heard_nothing_is_read(harness: Harness):
    await keep(harness, Fleet().many(LIFT, 1))
    history = await read(harness, GUN, "ridge")
    assert (len(history.devices), history.values.shape) == (0, (0, len(GUN.fields)))
    async with harness.reader() as reader:
        assert await reader.sites(GUN) == []


async def test_a_field_that_the_kind_gained_since_is_absent(harness: Harness):
    await keep(harness, Fleet().many(LIFT, 2))
    power = gauge("power_w", "Power", hard=(0, 1_000), resolution=1)
    grown = kind_of(LIFT.name, power, *LIFT.fields)
    assert in_order(await read(harness, grown, "ridge"))[2] == [[-1, 0], [-1, 1]]


async def test_readings_can_be_read_while_the_store_is_open(harness: Harness):
    async with harness.open() as store:
        await store.commit([Fleet().many(LIFT, 100)])
        await store.caught_up()
        assert len((await read(harness, LIFT, "ridge")).ts_ms) == 100
        await store.commit([Fleet().many(LIFT, 100, first=100)])
        await store.caught_up()
        assert len((await read(harness, LIFT, "ridge")).ts_ms) == 200

"""A database that misbehaves on schedule, and one that lacks the newer write call."""

import asyncio
from contextlib import aclosing

import pytest

from devices.load.histogram import Histogram
from devices.load.publisher import Progress
from ingest.errors import StoreBusy
from ingest.settings_stores import InfluxdbSettings
from ingest.stores.influxdb_api import InfluxdbApi
from ingest.stores.influxdb_query import InfluxdbQuery
from snowgrid.scenarios.scenario import Trouble
from snowgrid.scenarios.troubling import Troubler
from snowgrid.servers.store_front import WELL, Misbehaviour, StoreFront
from tests.eventually import eventually

BUCKET = "behind_a_front"


def settings_of(front: StoreFront) -> InfluxdbSettings:
    return InfluxdbSettings(url=front.url, bucket=BUCKET, timeout_s=0.3)


async def counted(front: StoreFront) -> int:
    asked = "SELECT v FROM weather"
    async with InfluxdbQuery(settings_of(front)) as query, aclosing(query.ask(asked)) as answer:
        return sum([len(series.values) async for series in answer])


@pytest.mark.parametrize("gzip", [False, True])
async def test_an_influxdb_1_takes_the_write_call_of_influxdb_2_through_it(influxd, gzip):
    influxd.create_database(BUCKET)
    async with StoreFront(influxd.url) as front:
        before = await counted(front)
        async with InfluxdbApi(settings_of(front).model_copy(update={"gzip": gzip})) as api:
            await api.write(f"weather v=1 {1_790_000_000_000 + gzip}\n".encode())
        assert await counted(front) == before + 1


@pytest.mark.parametrize(
    "misbehaviour",
    [Misbehaviour(answer=503), Misbehaviour(hang=True), Misbehaviour(delay_s=5)],
    ids=["answer", "hang", "delay"],
)
async def test_a_misbehaving_database_is_busy_until_it_is_well_again(influxd, misbehaviour):
    influxd.create_database(BUCKET)
    line = b"weather v=1 1790000100000\n"
    async with StoreFront(influxd.url) as front, InfluxdbApi(settings_of(front)) as api:
        front.misbehaviour = misbehaviour
        with pytest.raises(StoreBusy):
            await api.write(line)
        front.misbehaviour = WELL
        await api.write(line)


async def test_a_database_that_is_not_there_is_busy():
    async with StoreFront("http://127.0.0.1:9") as front, InfluxdbApi(settings_of(front)) as api:
        with pytest.raises(StoreBusy, match="the database is down"):
            await api.write(b"weather v=1 1790000000000\n")


def test_troubles_come_at_their_share_of_the_run():
    troubler = Troubler(
        [
            Trouble(from_share=0.2, to_share=0.4, delay_s=3),
            Trouble(from_share=0.4, to_share=0.5, answer=503),
        ],
        length_s=100,
    )
    told = [troubler.at(share) for share in (0.1, 0.2, 0.39, 0.4, 0.5)]
    slow, refusing = Misbehaviour(delay_s=3), Misbehaviour(answer=503)
    assert told == [WELL, slow, slow, refusing, WELL]


async def test_a_run_is_troubled_from_when_it_is_first_heard_of_and_well_in_the_end():
    front = StoreFront("http://127.0.0.1:9")
    troubler = Troubler([Trouble(from_share=0.5, to_share=1.0, hang=True)], length_s=100)
    playing = asyncio.create_task(troubler.play(front))
    nothing = Histogram().data()
    counts = dict.fromkeys(("intended", "sent", "acknowledged", "refused", "online"), 0)
    troubler.note(Progress(at_s=60, connections=1, latency=nothing, **counts))
    await eventually(lambda: front.misbehaviour.hang)
    playing.cancel()
    await asyncio.wait([playing])
    assert front.misbehaviour == WELL

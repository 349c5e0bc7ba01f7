"""What comes back from a bucket into which others write as well."""

import urllib.request

import numpy as np

from ingest.stores.influxdb_reader import InfluxdbReader
from tests.ingest.stores.frames import GUN, START_MS
from tests.ingest.stores.stores import influxdb_settings
from tests.servers.facade import Facade


def write(facade: Facade, bucket: str, line: str) -> None:
    request = urllib.request.Request(
        f"{facade.url}/api/v2/write?org={facade.org}&bucket={bucket}&precision=ms",
        line.encode(),
        {"Authorization": f"Token {facade.token}"},
    )
    urllib.request.urlopen(request).close()


async def test_a_word_that_somebody_has_written_for_a_number_is_no_reading(facade: Facade):
    database = facade.create_bucket("with_words")
    for reading in ('device=theirs temperature_c="fair"', "device=ours energy_kwh=7"):
        write(facade, database.name, f"{GUN.name},site=hut,{reading} {START_MS}")
    async with InfluxdbReader(influxdb_settings(database)) as reader:
        history = await reader.history(GUN, "hut", START_MS, START_MS + 1)
    assert sorted(history.devices) == ["ours", "theirs"]
    assert history.values[~np.isnan(history.values)].tolist() == [7.0]

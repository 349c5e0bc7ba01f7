from collections.abc import Iterator
from contextlib import closing

import pytest

from ingest.stores.duckdb_file import DuckdbFile
from tests.dashboards.readers.pair import NAME, Pair
from tests.servers.influxd import Influxd


@pytest.fixture(scope="module")
def pair(influxd: Influxd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Both stores, empty but for what tests of this module put there."""
    influxd.create_database(NAME)
    path = tmp_path_factory.mktemp("readers") / "store.duckdb"
    with closing(DuckdbFile(path)) as file:
        yield Pair(influxd=influxd, path=path, file=file)

"""What comparing rollups finds when they count wrong."""

import math
from contextlib import closing
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pytest

from devices.faults.parse import parse_faults
from devices.load.outcomes import Outcome, Outcomes
from devices.registry import kind_named
from ingest.core.rows import Bucket, Rows
from ingest.rollups.tiers import Tiers
from ingest.stores.duckdb_file import DuckdbFile
from ingest.stores.influxdb_rows import InfluxdbRows
from snowgrid.loading.expected import Place, slices
from snowgrid.loading.sending import Sending
from snowgrid.loading.verify_windows import Scope, verify_windows
from snowgrid.loading.window_counts import WindowCounts, counted_field
from snowgrid.loading.window_duckdb import DuckdbWindows
from snowgrid.loading.window_readers import InfluxdbWindows
from snowgrid.loading.windows_found import WindowsFound
from tests.devices.load.loads import START_MS, plan_of, workload_of
from tests.ingest.stores.stores import influxdb_settings

TIERS = Tiers((1_000, 60_000))
PLAN = plan_of(duration_s=2.0, faults=parse_faults("late=10%,gap=5%,duplicate=5%,garbage=5%"))
ALL = Scope(ours=True, from_ms=-math.inf, settled_ms=START_MS + 3_600_000)
FIELD = f"{counted_field(kind_named('server'))}_count"


@pytest.fixture
def sending():
    outcomes = Outcomes(2_000)
    outcomes.note(np.arange(2_000), Outcome.ACKNOWLEDGED)
    return Sending(partial(workload_of, PLAN), START_MS, outcomes)


def rows_of(sending: Sending) -> Rows:
    """Return the rollups as they must be."""
    counts = WindowCounts(1_000)
    for span in slices(sending):
        for place, sent in span.sent.items():
            counts.add(place, sent)
    windows = counts.places()[Place("load-1", "server")]
    devices = windows.device.tolist()
    return Rows(
        bucket=Bucket.ROLLUP,
        measurement="server_1s",
        tags={"site": ["load-1"] * len(devices), "device": [windows.names[d] for d in devices]},
        ts_ms=windows.start_ms,
        columns={FIELD: windows.least.astype(np.float64)},
    )


@pytest.fixture
def store(sending, tmp_path):
    path = tmp_path / "rollups.duckdb"
    with closing(DuckdbFile(path)) as file:
        file.commit_rows([rows_of(sending)])
    return path


async def found_in(store: Path, sending: Sending, scope: Scope = ALL) -> WindowsFound:
    async with DuckdbWindows(store, TIERS) as reader:
        return await verify_windows(reader, [sending], scope)


def change(store: Path, sql: str) -> None:
    with duckdb.connect(str(store)) as connection:
        connection.execute(sql)


LATE = f"ts < epoch_ms({START_MS}::BIGINT)"


async def test_rollups_that_count_every_reading_once_in_its_window_are_good(sending, store):
    found = await found_in(store, sending)
    assert (found.wrong, found.findings) == (0, [])
    assert found.windows > 500


async def test_a_late_reading_that_is_in_no_window_is_found(sending, store):
    change(store, f"DELETE FROM server_1s WHERE {LATE}")
    found = await found_in(store, sending)
    assert found.wrong > 50
    assert "counts 0, want 1" in found.findings[0]


async def test_a_late_reading_in_the_window_next_to_its_own_is_found_twice(sending, store):
    one = f"(SELECT device FROM server_1s WHERE {LATE} LIMIT 1)"
    change(store, f"UPDATE server_1s SET ts = ts - INTERVAL 1 SECOND WHERE device = {one} "
                  f"AND ts = (SELECT min(ts) FROM server_1s WHERE device = {one})")  # fmt: skip
    found = await found_in(store, sending)
    assert found.wrong in {1, 2}  # outside the span that is looked at, it is missed and no more


async def test_a_duplicate_that_counts_twice_is_found_even_in_a_window_that_is_not_settled(
    sending, store
):
    change(store, f"UPDATE server_1s SET {FIELD} = {FIELD} + 1 WHERE device = 'server-007'")
    found = await found_in(store, sending, ALL._replace(settled_ms=START_MS - 86_400_000))
    assert found.wrong >= 2
    assert "load-1/server-007" in found.findings[0]


async def test_a_window_that_is_not_settled_may_lack_readings(sending, store):
    change(store, f"UPDATE server_1s SET {FIELD} = 0 WHERE NOT {LATE}")
    assert (await found_in(store, sending)).wrong > 300
    unsettled = ALL._replace(settled_ms=START_MS // 1_000 * 1_000)
    assert (await found_in(store, sending, unsettled)).wrong == 0


async def test_in_a_store_of_others_a_window_from_before_the_load_may_hold_theirs(sending, store):
    change(store, f"UPDATE server_1s SET {FIELD} = {FIELD} + 1 WHERE {LATE}")
    given = Scope(ours=False, from_ms=START_MS, settled_ms=START_MS + 3_600_000)
    assert (await found_in(store, sending, given)).wrong == 0
    assert (await found_in(store, sending)).wrong > 50


async def test_a_window_in_which_nothing_was_measured_must_be_empty(sending, store):
    first = "(SELECT min(ts) FROM server_1s)"
    others = f"(SELECT device FROM server_1s WHERE {LATE} AND ts > {first})"
    change(store, "INSERT INTO server_1s SELECT * REPLACE (ts + INTERVAL 1 SECOND AS ts) "
                  f"FROM server_1s WHERE ts = {first} "
                  f"AND device NOT IN {others} LIMIT 1")  # fmt: skip
    found = await found_in(store, sending)
    assert found.wrong == 1
    assert "where nothing was measured" in found.findings[0]


async def test_a_store_without_rollups_lacks_all_of_them(sending, tmp_path):
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    found = await found_in(tmp_path / "empty.duckdb", sending)
    assert found.wrong == found.windows
    assert len(found.findings) == 20


async def test_rollups_in_an_influxdb_are_compared_just_as_well(sending, influxdb):
    settings = influxdb_settings(influxdb)
    rows = rows_of(sending)
    counts = rows.columns[FIELD]
    assert isinstance(counts, np.ndarray)
    counts[3] += 1
    async with InfluxdbRows(settings) as sink:
        await sink.commit_rows([rows])
    async with InfluxdbWindows(settings, TIERS) as reader:
        found = await verify_windows(reader, [sending], ALL)
    assert found.wrong == 1
